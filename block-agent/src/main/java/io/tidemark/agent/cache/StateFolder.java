package io.tidemark.agent.cache;

import io.tidemark.repository.key.VolumeId;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/// Where this host keeps what it remembers: `TIDEMARK_STATE`, else `$XDG_STATE_HOME/tidemark`, else
/// `~/.local/state/tidemark`. One folder a repository, one a volume in it, for the owner's eyes
/// only.
///
/// @param path of the folder; it need not exist
public record StateFolder(Path path) {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /// The folder that the environment asks for.
  ///
  /// @param home the user's home folder
  public static StateFolder of(Map<String, String> environment, Path home) {
    String own = environment.getOrDefault("TIDEMARK_STATE", "");
    if (!own.isEmpty()) {
      return new StateFolder(Path.of(own));
    }
    String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
    // The XDG specification has relative paths ignored.
    Path state =
        !xdg.isEmpty() && Path.of(xdg).isAbsolute()
            ? Path.of(xdg)
            : home.resolve(".local").resolve("state");
    return new StateFolder(state.resolve("tidemark"));
  }

  /// The folder of one volume, created where it is missing.
  ///
  /// @throws IOException when it cannot be created; the message names it
  public Path volume(String repository, VolumeId volume) throws IOException {
    return usable(folder(repository).resolve(volume.text()));
  }

  /// The folder of one repository, created where it is missing.
  ///
  /// @throws IOException when it cannot be created; the message names it
  public Path repository(String repository) throws IOException {
    return usable(folder(repository));
  }

  private Path folder(String repository) {
    if (repository.isEmpty() || repository.contains("/") || repository.startsWith(".")) {
      throw new IllegalArgumentException("Not a repository id: '" + repository + "'");
    }
    return path.resolve(repository);
  }

  private Path usable(Path folder) throws IOException {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      }
    } catch (IOException e) {
      throw unusable(e);
    }
    if (!Files.isWritable(folder)) {
      throw unusable(new AccessDeniedException(folder.toString()));
    }
    return folder;
  }

  private IOException unusable(IOException e) {
    String reason =
        switch (e) {
          case AccessDeniedException denied ->
              "this user may not write to " + denied.getFile() + ".";
          case FileSystemException other -> other.getMessage() + ".";
          default -> e + ".";
        };
    return new IOException(
        "The folder of locks and caches, "
            + path
            + ", cannot be used: "
            + reason
            + " Set TIDEMARK_STATE to a folder that this user may write to.",
        e);
  }
}
