package io.tidemark.agent.source;

import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.quiesce.Stillness;
import io.tidemark.agent.system.BlockDevices;
import io.tidemark.agent.system.FileLease;
import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.Holder;
import io.tidemark.agent.system.OpenFile;
import io.tidemark.agent.system.OpenFileHolders;
import io.tidemark.agent.system.SystemCallException;
import io.tidemark.repository.key.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Opens volumes by address: regular files and block devices, symbolic links followed, exports of
/// NBD servers, and disks of running QEMUs.
public final class Sources {
  /// How a lease is got; tests put something else here.
  interface Leases {
    Optional<FileLease> tryTake(OpenFile file) throws IOException;
  }

  private final InstantSource clock;
  private final OpenFileHolders holders;
  private final BlockDevices devices;
  private final Leases leases;

  public Sources(InstantSource clock) {
    this(clock, file -> FileLease.tryTake(file, FileLease.Kind.READ));
  }

  Sources(InstantSource clock, Leases leases) {
    this.clock = clock;
    this.leases = leases;
    holders = new OpenFileHolders();
    devices = new BlockDevices();
  }

  /// A view that the caller closes. Takes the instant.
  ///
  /// @throws SourceException.InUse when somebody may write to it and the consent does not allow
  ///   that
  public VolumeView open(Opening opening) throws SourceException {
    return switch (opening.address()) {
      case SourceAddress.FileOrDevice(Path path) ->
          switch (opening.stillness().span()) {
            case NOTHING, INSTANT -> open(path, opening);
            case READING -> openHeld(path, opening.stillness());
          };
      case SourceAddress.Nbd nbd ->
          switch (opening.stillness().span()) {
            case NOTHING -> new NbdSources(clock).open(nbd, opening.consent());
            case INSTANT, READING -> throw nothingToHoldFor(nbd);
          };
      case SourceAddress.Qemu qemu -> new QemuSources(clock).open(qemu, opening);
    };
  }

  /// A clone where the file lies in a file system that makes such, whatever the consent; else the
  /// file or device itself.
  private VolumeView open(Path path, Opening opening) throws SourceException {
    if (requireVolume(path) == FileStatus.Kind.REGULAR) {
      try (OpenFile image = open(path, FileStatus.Kind.REGULAR, Set.of())) {
        switch (new CloneSources(clock, leases).take(path, image, opening)) {
          case CloneSources.Attempt.Taken(VolumeView view) -> {
            return view;
          }
          case CloneSources.Attempt.NotHere(String why) -> {
            if (!why.isEmpty()) {
              opening
                  .warnings()
                  .accept(path + ": " + why + ". So it has to be idle, and all of it is read.");
            }
          }
        }
      }
    }
    return switch (opening.stillness().span()) {
      case NOTHING -> open(path, opening.consent());
      case INSTANT, READING -> throw nothingToHoldFor(opening.address());
    };
  }

  /// Removes what processes that were killed have left beside a volume. The caller sees to it that
  /// none is at work on it.
  ///
  /// @param folder in which this host remembers things of the volume
  /// @throws IOException when something is left
  public static void sweep(SourceAddress address, VolumeId volume, Path folder) throws IOException {
    switch (address) {
      case SourceAddress.FileOrDevice(Path path) -> {
        if (Files.isRegularFile(path)) {
          CloneSources.sweep(path, volume, folder);
        }
      }
      case SourceAddress.Qemu qemu ->
          QemuSources.sweep(qemu, volume, TrackerNote.read(folder).map(TrackerNote::account));
      case SourceAddress.Nbd _ -> {
        // Nothing is left there.
      }
    }
  }

  /// Removes what was kept beside a volume for the sake of its next snapshot, of processes that
  /// were killed, too.
  ///
  /// @throws IOException when something is left
  public static void forget(SourceAddress address, VolumeId volume) throws IOException {
    switch (address) {
      case SourceAddress.FileOrDevice(Path path) -> {
        if (Files.isRegularFile(path)) {
          CloneFolder.of(path, volume).sweep(Optional.empty());
        }
      }
      case SourceAddress.Qemu qemu -> QemuSources.sweep(qemu, volume, Optional.empty());
      case SourceAddress.Nbd _ -> {
        // Nothing is kept there.
      }
    }
  }

  /// Holding writers for an instant that nobody takes would look like more than it is.
  private static SourceException nothingToHoldFor(SourceAddress address) {
    return new SourceException.NotQuiesced(
        address.text(),
        "Tidemark takes no instant of this source: it is idle while it is read, or its server keeps"
            + " it as it is. So there is nothing to hold writers for. Leave --quiesce out; or have"
            + " QEMU serve the disk (qemu:/QMP.SOCK#NODE); or keep the image on XFS or btrfs; or, where the file system on it is"
            + " mounted on this host, hold its writers for the whole reading: --freeze-for-read"
            + " LIMIT.",
        null);
  }

  /// What is mounted is read while its file system is frozen: nothing else keeps it as it is.
  private VolumeView openHeld(Path path, Stillness stillness) throws SourceException {
    FileStatus.Kind kind = requireVolume(path);
    try {
      return stillness.during(
          () -> {
            FrozenFileSystem.requireNoOthers(path, holders);
            return openFrozen(path, kind, stillness);
          });
    } catch (QuiesceException e) {
      throw new SourceException.NotQuiesced(path.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  private VolumeView openFrozen(Path path, FileStatus.Kind kind, Stillness stillness)
      throws SourceException {
    return new FrozenView(openMedium(path, kind), clock.instant(), stillness);
  }

  /// A view that the caller closes. What lies in a file is read there, and not from a clone.
  ///
  /// @throws SourceException.InUse when somebody may write to it and `consent` does not allow that
  public VolumeView open(Path path, LiveConsent consent) throws SourceException {
    FileStatus.Kind kind = requireVolume(path);
    if (consent == LiveConsent.ALLOW_LIVE) {
      return openLive(path, kind);
    }
    return kind == FileStatus.Kind.REGULAR ? openIdleFile(path) : openIdleDevice(path);
  }

  /// Whether it is a regular file or a block device. Opens nothing, so it may be in use.
  ///
  /// @throws SourceException when it is neither, or cannot be found
  public static FileStatus.Kind requireVolume(Path path) throws SourceException {
    FileStatus.Kind kind;
    try {
      kind = FileStatus.of(path).kind();
    } catch (SystemCallException e) {
      throw cannotOpen(path, e);
    }
    return switch (kind) {
      case REGULAR, BLOCK_DEVICE -> kind;
      case DIRECTORY, CHARACTER_DEVICE, FIFO, SOCKET, OTHER ->
          throw new SourceException.NotAVolume(
              path,
              "is "
                  + kind.words()
                  + ", not a volume. Give the path of an image file or a block device.");
    };
  }

  /// The same, and whether this user may read it, as far as that can be told without opening it:
  /// that alone would break the lease of somebody at work on it.
  ///
  /// @throws SourceException when it is no volume, or may not be read
  public static void requireReadable(Path path) throws SourceException {
    FileStatus.Kind _ = requireVolume(path);
    if (!Files.isReadable(path)) {
      throw unreadableByThisUser(path, null);
    }
  }

  /// How large the volume is at this moment; empty when that cannot be found out.
  public static OptionalLong sizeBytes(Path path) {
    try {
      FileStatus status = FileStatus.of(path);
      return switch (status.kind()) {
        case REGULAR -> OptionalLong.of(status.sizeBytes());
        case BLOCK_DEVICE -> {
          try (OpenFile device = OpenFile.open(path, Set.of())) {
            yield OptionalLong.of(device.deviceBytes());
          }
        }
        case DIRECTORY, CHARACTER_DEVICE, FIFO, SOCKET, OTHER -> OptionalLong.empty();
      };
    } catch (IOException _) {
      return OptionalLong.empty();
    }
  }

  private VolumeView openIdleFile(Path path) throws SourceException {
    OpenFile file = open(path, FileStatus.Kind.REGULAR, Set.of());
    boolean done = false;
    try {
      FileLease lease = takeLease(path, file);
      // The kernel lets nobody change anything from here on, the size included.
      FileStatus status = status(path, file);
      Medium medium = new Medium(path, file, status.sizeBytes(), Medium.Holes.SOUGHT);
      done = true;
      return new IdleFileView(medium, lease, status, clock.instant(), holders);
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  private FileLease takeLease(Path path, OpenFile file) throws SourceException {
    try {
      Optional<FileLease> lease = leases.tryTake(file);
      if (lease.isPresent()) {
        return lease.get();
      }
    } catch (SystemCallException e) {
      throw switch (e.errno()) {
        case EACCES, EPERM ->
            new SourceException.Denied(
                path,
                "only its owner and root can prove that it is idle (by a lease). Run as one of"
                    + " them, or give --allow-live to take it unproved; that snapshot is marked"
                    + " live for ever.",
                e);
        case ENOMEM, ENOLCK, EMFILE, ENFILE -> unreadable(path, e);
        default ->
            Refusals.inUse(
                path,
                "lies on a file system without leases ("
                    + fileSystemOf(path)
                    + "), so nothing proves that nobody writes to it",
                List.of());
      };
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    throw refusal(path, "is open for writing");
  }

  private VolumeView openIdleDevice(Path path) throws SourceException {
    OpenFile file = open(path, FileStatus.Kind.BLOCK_DEVICE, EnumSet.of(OpenFile.Mode.EXCLUSIVE));
    boolean done = false;
    try {
      Medium medium = new Medium(path, file, deviceBytes(path, file), Medium.Holes.NONE);
      VolumeView view = new IdleDeviceView(medium, clock.instant(), holders, devices);
      done = true;
      return view;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  private VolumeView openLive(Path path, FileStatus.Kind kind) throws SourceException {
    return new LiveView(openMedium(path, kind), clock.instant());
  }

  /// What is open for writing somewhere else, too.
  private Medium openMedium(Path path, FileStatus.Kind kind) throws SourceException {
    OpenFile file = open(path, kind, Set.of());
    boolean done = false;
    try {
      boolean isFile = kind == FileStatus.Kind.REGULAR;
      long sizeBytes = isFile ? status(path, file).sizeBytes() : deviceBytes(path, file);
      if (!isFile) {
        // Pages of an earlier read hide what a mounted file system has written since.
        file.forgetCachedPages();
      }
      Medium.Holes holes = isFile ? Medium.Holes.SOUGHT : Medium.Holes.NONE;
      done = true;
      return new Medium(path, file, sizeBytes, holes);
    } catch (SourceException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(path, e);
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  private OpenFile open(Path path, FileStatus.Kind wanted, Set<OpenFile.Mode> modes)
      throws SourceException {
    OpenFile file;
    try {
      file = OpenFile.open(path, modes);
    } catch (SystemCallException e) {
      throw switch (e.errno()) {
        case EBUSY -> refusal(path, "is in use");
        case EAGAIN -> refusal(path, "is kept by a lease of another process");
        default -> cannotOpen(path, e);
      };
    }
    boolean done = false;
    try {
      if (status(path, file).kind() != wanted) {
        throw new SourceException.Changed(
            path, "became something else just now. Run the snapshot again.");
      }
      // Reads of 32 KiB came a quarter faster with it; those of a MiB and more as fast as without.
      file.expectSequentialReads();
      done = true;
      return file;
    } catch (SourceException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(path, e);
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  private SourceException refusal(Path path, String reason) {
    OpenFileHolders.Findings findings;
    try {
      findings = holders.of(path);
    } catch (IOException e) {
      return unreadable(path, e);
    }
    List<Holder> writers = findings.writers();
    List<Holder> named = writers.isEmpty() ? findings.holders() : writers;
    String who =
        named.isEmpty()
            ? " by somebody who cannot be seen. " + String.join(" ", findings.blindSpots())
            : " by " + Holder.describeAll(named);
    return Refusals.inUse(path, (reason + who).strip().replaceAll("\\.$", ""), named);
  }

  private static FileStatus status(Path path, OpenFile file) throws SourceException {
    try {
      return file.status();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static long deviceBytes(Path path, OpenFile file) throws SourceException {
    try {
      long sizeBytes = file.deviceBytes();
      if (sizeBytes == 0) {
        throw nothingInside(path);
      }
      return sizeBytes;
    } catch (SourceException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static SourceException unreadable(Path path, IOException e) {
    return new SourceException.Unreadable(path, "cannot be read (" + e.getMessage() + ")", e);
  }

  private static SourceException cannotOpen(Path path, SystemCallException e) {
    return switch (e.errno()) {
      case ENOENT ->
          new SourceException.NotFound(
              path,
              Files.isSymbolicLink(path)
                  ? "is a symbolic link to nothing. Give the path of an image file or a block"
                      + " device."
                  : "there is nothing at that path. Give the path of an image file or a block"
                      + " device.");
      case ENOTDIR ->
          new SourceException.NotFound(path, "one of the folders in that path is a file.");
      case ELOOP ->
          new SourceException.NotFound(path, "its symbolic links lead round in a circle.");
      case ENAMETOOLONG -> new SourceException.NotFound(path, "the path is too long for any file.");
      case EACCES, EPERM -> unreadableByThisUser(path, e);
      case ENXIO, ENODEV, ENOMEDIUM -> nothingInside(path);
      default -> unreadable(path, e);
    };
  }

  private static SourceException unreadableByThisUser(Path path, @Nullable Throwable cause) {
    return new SourceException.Denied(
        path, "this user may not read it. Run as root or as its owner.", cause);
  }

  private static SourceException nothingInside(Path path) {
    return new SourceException.NotAVolume(
        path,
        "is a device of 0 bytes: it has no medium in it or nothing attached to it. Give the path of"
            + " an image file or a block device.");
  }

  private static String fileSystemOf(Path path) {
    try {
      return Files.getFileStore(path).type();
    } catch (IOException _) {
      return "of unknown type";
    }
  }
}
