package io.tidemark.agent.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The C library's functions used here, each looked up at its first call.
///
/// All have one shape: five longs in, one long out. Linux passes an int, a long and a pointer in
/// the same register, variadic or not, and a callee reads only what it declares, so the calls are
/// right; a shape of its own for each function would cost 10 ms of start-up a piece.
final class Libc {
  private enum Returns {
    INT,
    LONG
  }

  static final Libc OPEN = new Libc("open", Returns.INT);
  static final Libc CLOSE = new Libc("close", Returns.INT);
  static final Libc PREAD = new Libc("pread", Returns.LONG);
  static final Libc PWRITE = new Libc("pwrite", Returns.LONG);
  static final Libc LSEEK = new Libc("lseek", Returns.LONG);
  static final Libc FSYNC = new Libc("fsync", Returns.INT);
  static final Libc FTRUNCATE = new Libc("ftruncate", Returns.INT);
  static final Libc FALLOCATE = new Libc("fallocate", Returns.INT);
  static final Libc SYNC_FILE_RANGE = new Libc("sync_file_range", Returns.INT);
  static final Libc POSIX_FADVISE = new Libc("posix_fadvise", Returns.INT);
  static final Libc FCNTL = new Libc("fcntl", Returns.INT);
  static final Libc IOCTL = new Libc("ioctl", Returns.INT);
  static final Libc FLOCK = new Libc("flock", Returns.INT);
  static final Libc FSTATFS = new Libc("fstatfs", Returns.INT);
  static final Libc STATX = new Libc("statx", Returns.INT);
  static final Libc RENAMEAT2 = new Libc("renameat2", Returns.INT);
  static final Libc ISATTY = new Libc("isatty", Returns.INT);
  static final Libc SYNC = new Libc("sync", Returns.INT);
  static final Libc SYNCFS = new Libc("syncfs", Returns.INT);
  static final Libc SETSID = new Libc("setsid", Returns.INT);

  private static final int ENOSYS = 38;

  private final String symbol;
  private final Returns returns;
  private volatile @Nullable MethodHandle handle;

  private Libc(String symbol, Returns returns) {
    this.symbol = symbol;
    this.returns = returns;
  }

  /// What the function returns, or minus the error number where it returns -1.
  long call(long a, long b, long c, long d, long e) {
    MethodHandle function = handle;
    if (function == null) {
      Optional<MethodHandle> found = Linking.find(symbol);
      if (found.isEmpty()) {
        return -ENOSYS;
      }
      function = found.get();
      handle = function;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linking.STATE);
      long result = (long) function.invokeExact(state, a, b, c, d, e);
      // A function declared int leaves the upper half of the register undefined.
      long value = returns == Returns.INT ? (int) result : result;
      return value == -1 ? -(int) Linking.ERRNO.get(state, 0L) : value;
    } catch (RuntimeException | Error unchecked) {
      throw unchecked;
    } catch (Throwable impossible) {
      throw new IllegalStateException(symbol, impossible);
    }
  }

  /// The bytes the kernel knows `path` by.
  static MemorySegment path(Path path, Arena arena) {
    return arena.allocateFrom(path.toString(), Linking.PATHS);
  }

  /// Keeps what only the first call needs out of this class's own start-up.
  private static final class Linking {
    static final StructLayout STATE = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    static final Charset PATHS = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    static final FunctionDescriptor SHAPE =
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    @SuppressWarnings("restricted") // Native access is granted to the program as a whole.
    static Optional<MethodHandle> find(String symbol) {
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find(symbol)
          .map(it -> linker.downcallHandle(it, SHAPE, Linker.Option.captureCallState("errno")));
    }
  }
}
