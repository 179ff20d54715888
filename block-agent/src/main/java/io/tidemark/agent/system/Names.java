package io.tidemark.agent.system;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// Changes of names that last and replace nothing.
public final class Names {
  private static final int AT_FDCWD = -100;
  private static final int RENAME_NOREPLACE = 1;

  private Names() {}

  /// Gives a file its final name in one step, unless something has that name.
  ///
  /// @throws FileAlreadyExistsException when something is at `to`; both stay as they are
  public static void renameWithoutReplacing(Path from, Path to) throws IOException {
    long result;
    try (Arena arena = Arena.ofConfined()) {
      result =
          Libc.RENAMEAT2.call(
              AT_FDCWD,
              Libc.path(from, arena).address(),
              AT_FDCWD,
              Libc.path(to, arena).address(),
              RENAME_NOREPLACE);
    }
    if (result >= 0) {
      return;
    }
    SystemCallException failure =
        new SystemCallException("rename " + from + " to " + to, (int) -result);
    switch (failure.errno()) {
      case EEXIST -> throw new FileAlreadyExistsException(to.toString());
      case EINVAL, ENOSYS, EOPNOTSUPP -> {
        // A file system without that call; a link replaces nothing either.
        Files.createLink(to, from);
        Files.delete(from);
      }
      default -> throw failure;
    }
  }

  /// Returns when the names in a folder are durable.
  public static void sync(Path folder) throws IOException {
    try (OpenFile open = OpenFile.open(folder, Set.of())) {
      open.sync();
    }
  }
}
