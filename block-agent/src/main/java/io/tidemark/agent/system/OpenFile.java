package io.tidemark.agent.system;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// A file or block device open by a descriptor of our own, for what the JDK's channels cannot do:
/// leases, exclusive opens, holes, and reads that an interrupt of the thread does not close. All
/// calls may be made by several threads at once; [#close] waits for those inside.
public final class OpenFile implements AutoCloseable {
  /// How to open. Without [#WRITE] the file is opened for reading alone.
  public enum Mode {
    WRITE(02),
    CREATE_NEW(0300),
    CREATE_IF_ABSENT(0100),
    /// Of a block device: fails with `EBUSY` while it is mounted or claimed, and claims it.
    EXCLUSIVE(0200);

    private final int flags;

    Mode(int flags) {
      this.flags = flags;
    }
  }

  // Never waits: not for the other end of a named pipe, not for the holder of a lease to let go.
  private static final int O_NONBLOCK = 04000;
  private static final int O_CLOEXEC = 02000000;
  private static final int OWNER_ONLY = 0600;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final long BLKGETSIZE64 = 0x80081272L;
  private static final int BLKROGET = 0x125e;
  private static final int BLKSSZGET = 0x1268;
  private static final int BLKZEROOUT = 0x127f;
  private static final long FIFREEZE = 0xc0045877L;
  private static final long FITHAW = 0xc0045878L;
  private static final int FALLOC_FL_KEEP_SIZE = 1;
  private static final int FALLOC_FL_PUNCH_HOLE = 2;
  private static final int SYNC_FILE_RANGE_WRITE = 2;
  private static final int POSIX_FADV_SEQUENTIAL = 2;
  private static final int POSIX_FADV_DONTNEED = 4;
  private static final int LOCK_EXCLUSIVE_NONBLOCKING = 2 | 4;
  private static final int BOUNCE_BYTES = 256 << 10;

  private final Path path;
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
  private int fd;

  private OpenFile(Path path, int fd) {
    this.path = path;
    this.fd = fd;
  }

  /// Opens without ever waiting; a new file is readable by its owner alone.
  public static OpenFile open(Path path, Set<Mode> modes) throws SystemCallException {
    int flags = O_NONBLOCK | O_CLOEXEC;
    for (Mode mode : modes) {
      flags |= mode.flags;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = Libc.path(path, arena);
      long result;
      do {
        result = Libc.OPEN.call(name.address(), flags, OWNER_ONLY, 0, 0);
      } while (interrupted(result));
      if (result < 0) {
        throw new SystemCallException(
            (modes.contains(Mode.WRITE) ? "open for writing " : "open ") + path, (int) -result);
      }
      return new OpenFile(path, (int) result);
    }
  }

  public Path path() {
    return path;
  }

  public FileStatus status() throws IOException {
    return inside(fd -> FileStatus.of(fd, path.toString()));
  }

  /// Reads until `into` is full or the file ends; returns how many bytes came.
  public int read(long offsetBytes, ByteBuffer into) throws IOException {
    return inside(fd -> transfer(Libc.PREAD, fd, offsetBytes, into));
  }

  /// Writes all that remains of `from`.
  public void write(long offsetBytes, ByteBuffer from) throws IOException {
    inside(fd -> transfer(Libc.PWRITE, fd, offsetBytes, from));
  }

  /// The first byte of data at or behind `fromBytes`, which is `fromBytes` itself where the file
  /// system knows no holes; empty when only a hole follows.
  public OptionalLong seekData(long fromBytes) throws IOException {
    return inside(
        fd -> {
          long result = Libc.LSEEK.call(fd, fromBytes, SEEK_DATA, 0, 0);
          return switch (failure(result)) {
            case null -> OptionalLong.of(result);
            case ENXIO -> OptionalLong.empty();
            case EINVAL, EOPNOTSUPP -> OptionalLong.of(fromBytes);
            default -> throw failed("find data in", result);
          };
        });
  }

  /// The first byte of a hole at or behind `fromBytes`; the end of the file counts as one. Empty
  /// where the file system knows no holes.
  public OptionalLong seekHole(long fromBytes) throws IOException {
    return inside(
        fd -> {
          long result = Libc.LSEEK.call(fd, fromBytes, SEEK_HOLE, 0, 0);
          return switch (failure(result)) {
            case null -> OptionalLong.of(result);
            case EINVAL, EOPNOTSUPP, ENXIO -> OptionalLong.empty();
            default -> throw failed("find a hole in", result);
          };
        });
  }

  /// The size of a block device.
  public long deviceBytes() throws IOException {
    return inside(
        fd -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(JAVA_LONG);
            check("ask the size of", Libc.IOCTL.call(fd, BLKGETSIZE64, size.address(), 0, 0));
            return size.get(JAVA_LONG, 0);
          }
        });
  }

  /// The smallest piece that a block device reads or writes.
  public int sectorBytes() throws IOException {
    return inside(
        fd -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(JAVA_INT);
            check("ask the sectors of", Libc.IOCTL.call(fd, BLKSSZGET, size.address(), 0, 0));
            return size.get(JAVA_INT, 0);
          }
        });
  }

  /// Whether a block device takes no writes, even if it let itself be opened for them.
  public boolean isReadOnlyDevice() throws IOException {
    return inside(
        fd -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment isReadOnly = arena.allocate(JAVA_INT);
            check("ask", Libc.IOCTL.call(fd, BLKROGET, isReadOnly.address(), 0, 0));
            return isReadOnly.get(JAVA_INT, 0) != 0;
          }
        });
  }

  /// Lets a block device make a range zero in its own way. Range and size must be whole sectors.
  public void zeroOut(long offsetBytes, long lengthBytes) throws IOException {
    inside(
        fd -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment range = arena.allocateFrom(JAVA_LONG, offsetBytes, lengthBytes);
            return check("zero", Libc.IOCTL.call(fd, BLKZEROOUT, range.address(), 0, 0));
          }
        });
  }

  /// Makes a range of a regular file a hole, which reads as zero; the size stays.
  public void punchHole(long offsetBytes, long lengthBytes) throws IOException {
    inside(
        fd ->
            check(
                "punch a hole into",
                Libc.FALLOCATE.call(
                    fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offsetBytes, lengthBytes, 0)));
  }

  /// Sets the size of a regular file; what is added reads as zero.
  public void resize(long sizeBytes) throws IOException {
    inside(fd -> check("resize", Libc.FTRUNCATE.call(fd, sizeBytes, 0, 0, 0)));
  }

  /// Starts writing a range back without waiting for it, so that a later [#sync] has less to do.
  /// Only a wish: where the kernel cannot, nothing happens.
  public void startWriteback(long offsetBytes, long lengthBytes) throws IOException {
    inside(fd -> Libc.SYNC_FILE_RANGE.call(fd, offsetBytes, lengthBytes, SYNC_FILE_RANGE_WRITE, 0));
  }

  /// Tells the kernel that reads come in order. Only a wish.
  public void expectSequentialReads() throws IOException {
    inside(fd -> Libc.POSIX_FADVISE.call(fd, 0, 0, POSIX_FADV_SEQUENTIAL, 0));
  }

  /// Drops clean pages that the kernel keeps of it, so that reads come from the medium.
  public void forgetCachedPages() throws IOException {
    inside(fd -> Libc.POSIX_FADVISE.call(fd, 0, 0, POSIX_FADV_DONTNEED, 0));
  }

  /// Returns when everything written is durable. Works for folders too.
  public void sync() throws IOException {
    inside(
        fd -> {
          long result;
          do {
            result = Libc.FSYNC.call(fd, 0, 0, 0, 0);
          } while (interrupted(result));
          return check("fsync", result);
        });
  }

  /// Returns when all that was written to the file system it lies in is durable.
  public void syncFileSystem() throws IOException {
    inside(fd -> check("syncfs", Libc.SYNCFS.call(fd, 0, 0, 0, 0)));
  }

  /// Makes the file system it lies in consistent on its medium, and has all who write to it wait,
  /// until [#thaw]. Neither the end of this process nor closing this ends that. Cannot be
  /// interrupted, and takes as long as what is being written.
  ///
  /// @throws SystemCallException with `EBUSY` when it is frozen already
  public void freeze() throws IOException {
    inside(fd -> check("freeze", Libc.IOCTL.call(fd, FIFREEZE, 0, 0, 0)));
  }

  /// Lets the writers of the file system it lies in go on.
  ///
  /// @throws SystemCallException with `EINVAL` when it is not frozen
  public void thaw() throws IOException {
    inside(fd -> check("thaw", Libc.IOCTL.call(fd, FITHAW, 0, 0, 0)));
  }

  /// Takes the advisory lock of the whole file, which ends with this object or the process; false
  /// when somebody has it.
  public boolean tryLock() throws IOException {
    return inside(
        fd -> {
          long result;
          do {
            result = Libc.FLOCK.call(fd, LOCK_EXCLUSIVE_NONBLOCKING, 0, 0, 0);
          } while (interrupted(result));
          return switch (failure(result)) {
            case null -> true;
            case EAGAIN -> false;
            default -> throw failed("lock", result);
          };
        });
  }

  /// `fcntl` with a number; the caller tells what a failure means.
  long control(int command, long argument) throws IOException {
    return inside(fd -> Libc.FCNTL.call(fd, command, argument, 0, 0));
  }

  /// `ioctl` with a number or an address; the caller tells what a failure means.
  long ioctl(long request, long argument) throws IOException {
    return inside(fd -> Libc.IOCTL.call(fd, request, argument, 0, 0));
  }

  /// `fstatfs`; the caller tells what a failure means.
  long statFileSystem(long address) throws IOException {
    return inside(fd -> Libc.FSTATFS.call(fd, address, 0, 0, 0));
  }

  /// The descriptor's number, to tell our own open file from others'.
  int descriptor() throws IOException {
    return inside(fd -> fd);
  }

  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (fd >= 0) {
        // Linux has freed the descriptor whatever close answers; data was synced where it matters.
        Libc.CLOSE.call(fd, 0, 0, 0, 0);
        fd = -1;
      }
    } finally {
      use.writeLock().unlock();
    }
  }

  private interface Action<T> {
    T with(int fd) throws IOException;
  }

  private <T> T inside(Action<T> action) throws IOException {
    use.readLock().lock();
    try {
      if (fd < 0) {
        throw new ClosedChannelException();
      }
      return action.with(fd);
    } finally {
      use.readLock().unlock();
    }
  }

  private int transfer(Libc call, int fd, long offsetBytes, ByteBuffer buffer)
      throws SystemCallException {
    return buffer.isDirect()
        ? transferDirect(call, fd, offsetBytes, buffer)
        : transferThroughBounce(call, fd, offsetBytes, buffer);
  }

  private int transferDirect(Libc call, int fd, long offsetBytes, ByteBuffer buffer)
      throws SystemCallException {
    int before = buffer.position();
    while (buffer.hasRemaining()) {
      long at = offsetBytes + (buffer.position() - before);
      long result;
      try {
        result = call.call(fd, MemorySegment.ofBuffer(buffer).address(), buffer.remaining(), at, 0);
      } finally {
        Reference.reachabilityFence(buffer);
      }
      if (result == 0) {
        break;
      }
      if (result > 0) {
        buffer.position(buffer.position() + (int) result);
      } else if (!interrupted(result)) {
        throw new SystemCallException(
            (call == Libc.PREAD ? "read " : "write ")
                + buffer.remaining()
                + " bytes at "
                + at
                + " of "
                + path,
            (int) -result);
      }
    }
    return buffer.position() - before;
  }

  private int transferThroughBounce(Libc call, int fd, long offsetBytes, ByteBuffer buffer)
      throws SystemCallException {
    ByteBuffer bounce = ByteBuffer.allocateDirect(Math.clamp(buffer.remaining(), 1, BOUNCE_BYTES));
    int total = 0;
    while (buffer.hasRemaining()) {
      bounce.clear().limit(Math.min(bounce.capacity(), buffer.remaining()));
      int wanted = bounce.limit();
      if (call == Libc.PREAD) {
        int read = transferDirect(call, fd, offsetBytes + total, bounce);
        buffer.put(bounce.flip());
        total += read;
        if (read < wanted) {
          break;
        }
      } else {
        bounce.put(buffer.slice(buffer.position(), wanted)).flip();
        total += transferDirect(call, fd, offsetBytes + total, bounce);
        buffer.position(buffer.position() + wanted);
      }
    }
    return total;
  }

  private static boolean interrupted(long result) {
    return result < 0 && Errno.of((int) -result) == Errno.EINTR;
  }

  private static @Nullable Errno failure(long result) {
    return result < 0 ? Errno.of((int) -result) : null;
  }

  private long check(String verb, long result) throws SystemCallException {
    if (result < 0) {
      throw failed(verb, result);
    }
    return result;
  }

  private SystemCallException failed(String verb, long result) {
    return new SystemCallException(verb + " " + path, (int) -result);
  }
}
