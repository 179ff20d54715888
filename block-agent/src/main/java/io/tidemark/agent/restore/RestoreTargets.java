package io.tidemark.agent.restore;

import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.OpenFileHolders;
import io.tidemark.agent.system.SystemCallException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// Opens targets by what the user wrote behind `--to`.
public final class RestoreTargets {
  /// Stands for standard output.
  public static final String STANDARD_OUTPUT = "-";

  private RestoreTargets() {}

  /// What lies at a path, as far as a restore has to know.
  private enum Spot {
    NOTHING,
    FILE,
    DEVICE
  }

  /// A target for a snapshot of `sizeBytes`, which the caller closes. Nothing is written yet; a
  /// refusal leaves everything as it was.
  public static RestoreTarget open(String to, Placement placement, long sizeBytes)
      throws TargetException {
    if (to.equals(STANDARD_OUTPUT)) {
      checkFresh(placement);
      return StreamTarget.toStandardOutput(sizeBytes);
    }
    Path path = path(to);
    return switch (spot(path, placement)) {
      case NOTHING -> NewFileTarget.create(path, sizeBytes);
      case FILE ->
          switch (placement) {
            case FRESH -> NewFileTarget.create(path, sizeBytes);
            case IN_PLACE -> InPlaceTarget.openFile(path, sizeBytes);
          };
      case DEVICE ->
          switch (placement) {
            case FRESH -> DeviceTarget.open(path, sizeBytes);
            case IN_PLACE -> InPlaceTarget.openDevice(path, sizeBytes);
          };
    };
  }

  /// What [#open] would find. Refuses what that refuses, but opens nothing for writing and makes
  /// nothing. Standard output may be a terminal: whoever only looks wants to read there.
  public static Prospect look(String to, Placement placement, long sizeBytes)
      throws TargetException {
    if (to.equals(STANDARD_OUTPUT)) {
      checkFresh(placement);
      return new Prospect(
          "standard output", Prospect.Kind.STANDARD_OUTPUT, OptionalLong.empty(), List.of());
    }
    Path path = path(to);
    return switch (spot(path, placement)) {
      case NOTHING -> NewFileTarget.look(path);
      case FILE ->
          switch (placement) {
            case FRESH -> NewFileTarget.look(path);
            case IN_PLACE -> InPlaceTarget.lookAtFile(path);
          };
      case DEVICE ->
          DeviceTarget.look(
              path,
              sizeBytes,
              switch (placement) {
                case FRESH -> Prospect.Kind.DEVICE;
                case IN_PLACE -> Prospect.Kind.IN_PLACE;
              });
    };
  }

  private static void checkFresh(Placement placement) throws TargetException {
    if (placement == Placement.IN_PLACE) {
      throw new TargetException.NotATarget(
          "standard output", "cannot be compared with. Leave out --in-place, or give a path.");
    }
  }

  private static Path path(String to) throws TargetException {
    try {
      return Path.of(to);
    } catch (InvalidPathException e) {
      throw new TargetException.NotATarget(to, "is no path (" + e.getReason() + ").");
    }
  }

  /// Where nothing is there is nothing to compare with; a path that cannot be looked at may be one
  /// all the same.
  private static void refuseMissing(Path path) throws TargetException {
    if (Files.notExists(path)) {
      throw new TargetException.NotFound(
          path.toString(),
          (Files.isSymbolicLink(path) ? "is a symbolic link to nothing" : "does not exist")
              + ", so there is nothing to compare with. Leave out --in-place to make a new file, or"
              + " give the path of what is there.");
    }
  }

  private static Spot spot(Path path, Placement placement) throws TargetException {
    if (!Files.exists(path)) {
      switch (placement) {
        case FRESH -> {
          return Spot.NOTHING;
        }
        case IN_PLACE -> refuseMissing(path);
      }
    }
    FileStatus.Kind kind;
    try {
      kind = FileStatus.of(path).kind();
    } catch (SystemCallException e) {
      throw Failures.cannotOpen(path, new OpenFileHolders(), e);
    }
    return switch (kind) {
      case REGULAR -> Spot.FILE;
      case BLOCK_DEVICE -> Spot.DEVICE;
      case DIRECTORY ->
          throw new TargetException.NotATarget(
              path.toString(),
              "is a folder. Give the path of a new file in it: " + path.resolve("NAME") + ".");
      case CHARACTER_DEVICE, FIFO, SOCKET, OTHER ->
          throw new TargetException.NotATarget(
              path.toString(),
              "is "
                  + kind.words()
                  + ". Give the path of a new file or a block device, or - for standard output.");
    };
  }
}
