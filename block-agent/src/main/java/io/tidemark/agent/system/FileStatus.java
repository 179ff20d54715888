package io.tidemark.agent.system;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;

/// What lies at a path, or behind an open file.
///
/// @param fileSystem the device of the file system it lies in; with `inode` it tells files apart
/// @param sizeBytes 0 for all but regular files
/// @param device what a device node stands for; `0:0` for everything else
/// @param changedAt when its bytes or its attributes changed last, by the kernel's clock, which
///   ticks every few milliseconds
public record FileStatus(
    Kind kind,
    DeviceNumber fileSystem,
    long inode,
    long sizeBytes,
    DeviceNumber device,
    Instant changedAt) {
  /// The kinds of files there are.
  public enum Kind {
    REGULAR("a regular file"),
    BLOCK_DEVICE("a block device"),
    DIRECTORY("a folder"),
    CHARACTER_DEVICE("a character device"),
    FIFO("a named pipe"),
    SOCKET("a socket"),
    OTHER("something unknown");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /// For a message: `a folder`.
    public String words() {
      return words;
    }
  }

  private static final int AT_FDCWD = -100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_STATX_DONT_SYNC = 0x4000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int STATX_BYTES = 256;

  /// Follows symbolic links and never opens anything.
  public static FileStatus of(Path path) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      return statx(AT_FDCWD, Libc.path(path, arena), 0, path.toString(), arena);
    }
  }

  /// The same as far as it is known without asking a server, which may not answer for long.
  static FileStatus asCached(Path path) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      return statx(AT_FDCWD, Libc.path(path, arena), AT_STATX_DONT_SYNC, path.toString(), arena);
    }
  }

  static FileStatus of(int fd, String what) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      return statx(fd, arena.allocateFrom(""), AT_EMPTY_PATH, what, arena);
    }
  }

  private static FileStatus statx(int fd, MemorySegment path, int flags, String what, Arena arena)
      throws SystemCallException {
    // struct statx lies the same way on every architecture.
    MemorySegment it = arena.allocate(STATX_BYTES, Long.BYTES);
    long result = Libc.STATX.call(fd, path.address(), flags, STATX_BASIC_STATS, it.address());
    if (result < 0) {
      throw new SystemCallException("stat " + what, (int) -result);
    }
    Kind kind =
        switch (it.get(JAVA_SHORT, 28) & 0170000) {
          case 0100000 -> Kind.REGULAR;
          case 0060000 -> Kind.BLOCK_DEVICE;
          case 0040000 -> Kind.DIRECTORY;
          case 0020000 -> Kind.CHARACTER_DEVICE;
          case 0010000 -> Kind.FIFO;
          case 0140000 -> Kind.SOCKET;
          default -> Kind.OTHER;
        };
    return new FileStatus(
        kind,
        new DeviceNumber(it.get(JAVA_INT, 136), it.get(JAVA_INT, 140)),
        it.get(JAVA_LONG, 32),
        kind == Kind.REGULAR ? it.get(JAVA_LONG, 40) : 0,
        new DeviceNumber(it.get(JAVA_INT, 128), it.get(JAVA_INT, 132)),
        Instant.ofEpochSecond(it.get(JAVA_LONG, 96), it.get(JAVA_INT, 104)));
  }

  /// Whether both are the same file, or nodes of the same device.
  public boolean isSameAs(FileStatus other) {
    if (kind != other.kind) {
      return false;
    }
    if (kind == Kind.BLOCK_DEVICE) {
      return device.equals(other.device);
    }
    return inode == other.inode && fileSystem.equals(other.fileSystem);
  }
}
