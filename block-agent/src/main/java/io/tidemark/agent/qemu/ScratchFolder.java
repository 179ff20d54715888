package io.tidemark.agent.qemu;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/// A folder that QEMU and this process share and nobody else can look into.
final class ScratchFolder {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path path;
  private final UserPrincipal user;

  private ScratchFolder(Path path, UserPrincipal user) {
    this.path = path;
    this.user = user;
  }

  /// @param parent where the person has room for what writers replace
  /// @param user that QEMU runs as
  static ScratchFolder in(Path parent, UserPrincipal user) throws QemuException {
    Path path = parent.resolve("tidemark-" + user.getName().replaceAll("[^A-Za-z0-9_-]", "_"));
    try {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        own(path, user);
      }
      PosixFileAttributes found =
          Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!found.isDirectory()
          || !found.owner().equals(user)
          || !OWNER_ONLY.containsAll(found.permissions())) {
        throw new QemuException(
            QemuException.Kind.DENIED,
            path
                + " should be a folder of "
                + user.getName()
                + " alone, and is not. Remove it, or name another place: ?scratch=FOLDER",
            null);
      }
      return new ScratchFolder(path, user);
    } catch (QemuException e) {
      throw e;
    } catch (IOException e) {
      throw unusable(path, user, e);
    }
  }

  private static void own(Path path, UserPrincipal user) throws IOException {
    if (!Files.getOwner(path).equals(user)) {
      Files.setOwner(path, user);
    }
  }

  private static QemuException unusable(Path path, UserPrincipal user, IOException e) {
    String why = e instanceof AccessDeniedException ? "this user may not" : e.toString();
    return new QemuException(
        QemuException.Kind.DENIED,
        "no scratch file can be made in "
            + path
            + " for "
            + user.getName()
            + ", whom QEMU runs as ("
            + why
            + "). Run as root or as that user, or name another place: ?scratch=FOLDER",
        e);
  }

  /// Where the server that Tidemark has QEMU start listens.
  Path server(Path monitor) {
    return path.resolve("nbd-" + Integer.toHexString(monitor.toString().hashCode()));
  }

  /// An empty file of that size, without any of its bytes. Its name is not needed for longer than
  /// until QEMU has opened it.
  Path create(String name, long sizeBytes) throws QemuException {
    Path file = path.resolve(name);
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
        open.setLength(sizeBytes);
      }
      own(file, user);
      return file;
    } catch (IOException e) {
      throw unusable(path, user, e);
    }
  }

  /// Removes the files of a volume.
  ///
  /// @param prefix of their names
  void clear(String prefix) throws QemuException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, prefix + "*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw unusable(path, user, e);
    }
  }

  /// How much may still be written to it.
  long freeBytes() throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }
}
