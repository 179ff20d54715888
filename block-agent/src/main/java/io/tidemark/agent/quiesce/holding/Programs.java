package io.tidemark.agent.quiesce.holding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/// Programs and files that steps need.
final class Programs {
  private Programs() {}

  /// The first of these programs that is on the path.
  static String first(List<String> names) throws IOException {
    for (String name : names) {
      for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
        if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
          return name;
        }
      }
    }
    throw new IOException(
        "there is no program '"
            + String.join("' or '", names)
            + "' on the path. Install the client of that database");
  }

  /// @throws IOException unless it is a file that others may not read
  static void requirePrivate(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException(file + ": there is no such file, or this user may not read it");
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.contains(PosixFilePermission.OTHERS_READ)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(
          file + ": everybody may read or write it. Make it private: chmod 600 " + file);
    }
  }
}
