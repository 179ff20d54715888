package io.tidemark.agent.restore;

import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.OpenFileHolders;
import io.tidemark.agent.system.SystemCallException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Opens targets by what the user wrote behind `--to`.
public final class RestoreTargets {
  /// Stands for standard output.
  public static final String STANDARD_OUTPUT = "-";

  private RestoreTargets() {}

  /// A target for a snapshot of `sizeBytes`, which the caller closes. Nothing is written yet; a
  /// refusal leaves everything as it was.
  public static RestoreTarget open(String to, Placement placement, long sizeBytes)
      throws TargetException {
    if (to.equals(STANDARD_OUTPUT)) {
      if (placement == Placement.IN_PLACE) {
        throw new TargetException.NotATarget(
            "standard output", "cannot be compared with. Leave out --in-place, or give a path.");
      }
      return StreamTarget.toStandardOutput(sizeBytes);
    }
    Path path;
    try {
      path = Path.of(to);
    } catch (InvalidPathException e) {
      throw new TargetException.NotATarget(to, "is no path (" + e.getReason() + ").");
    }
    if (!Files.exists(path) && placement == Placement.FRESH) {
      return NewFileTarget.create(path, sizeBytes);
    }
    FileStatus.Kind kind;
    try {
      kind = FileStatus.of(path).kind();
    } catch (SystemCallException e) {
      throw Failures.cannotOpen(path, new OpenFileHolders(), e);
    }
    return switch (kind) {
      case REGULAR ->
          placement == Placement.IN_PLACE
              ? InPlaceTarget.openFile(path, sizeBytes)
              : NewFileTarget.create(path, sizeBytes);
      case BLOCK_DEVICE ->
          placement == Placement.IN_PLACE
              ? InPlaceTarget.openDevice(path, sizeBytes)
              : DeviceTarget.open(path, sizeBytes);
      case DIRECTORY ->
          throw new TargetException.NotATarget(
              to, "is a folder. Give the path of a new file in it: " + path.resolve("NAME") + ".");
      case CHARACTER_DEVICE, FIFO, SOCKET, OTHER ->
          throw new TargetException.NotATarget(
              to,
              "is "
                  + kind.words()
                  + ". Give the path of a new file or a block device, or - for standard output.");
    };
  }
}
