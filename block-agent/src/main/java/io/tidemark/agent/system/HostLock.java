package io.tidemark.agent.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;

/// A lock among the processes of this host. The kernel frees it when the process ends in whatever
/// way, so who gets it knows that the last holder is dead or done.
public final class HostLock implements AutoCloseable {
  private final OpenFile file;

  private HostLock(OpenFile file) {
    this.file = file;
  }

  /// Makes the file and its folders where they lack; the file stays when the lock ends. Empty when
  /// somebody holds the lock, be it this process.
  public static Optional<HostLock> tryAcquire(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    while (true) {
      OpenFile file =
          OpenFile.open(path, EnumSet.of(OpenFile.Mode.WRITE, OpenFile.Mode.CREATE_IF_ABSENT));
      boolean keep = false;
      try {
        if (!file.tryLock()) {
          return Optional.empty();
        }
        if (isStillAt(path, file)) {
          keep = true;
          return Optional.of(new HostLock(file));
        }
        // Somebody removed the file between open and lock: that lock excludes nobody.
      } finally {
        if (!keep) {
          file.close();
        }
      }
    }
  }

  private static boolean isStillAt(Path path, OpenFile file) throws IOException {
    try {
      return FileStatus.of(path).isSameAs(file.status());
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
