package io.tidemark.local;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import io.tidemark.repository.store.s3.S3Credentials;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The folder that a local server keeps everything in: the buckets, and the key that they are
/// served with, which stays the same so that people's environments do. One process at a time.
final class LocalData implements AutoCloseable {
  private static final String ID = "tidemark";

  private final Path folder;
  private final FileChannel lockFile;
  private final S3Credentials credentials;

  private LocalData(Path folder, FileChannel lockFile, S3Credentials credentials) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.credentials = credentials;
  }

  /// Opens the folder, makes it if need be, and keeps other processes out until closed.
  ///
  /// @param random draws the key
  /// @throws Refused when another process has it
  static LocalData open(Path folder, RandomGenerator random) throws IOException {
    Files.createDirectories(folder);
    FileChannel lockFile =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!lock(lockFile)) {
        throw new Refused(
            Reason.IN_USE,
            folder
                + " is served by another process. Use that one, end it first, or choose another"
                + " folder: --data DIR");
      }
      return new LocalData(folder, lockFile, credentials(folder.resolve("key"), random));
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  Path folder() {
    return folder;
  }

  Path buckets() {
    return folder.resolve("buckets");
  }

  /// Throws every bucket away.
  void empty() throws IOException {
    Folders.deleteAll(buckets());
  }

  S3Credentials credentials() {
    return credentials;
  }

  private static boolean lock(FileChannel file) throws IOException {
    try {
      @Nullable FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException _) {
      // By this very process.
      return false;
    }
  }

  private static S3Credentials credentials(Path file, RandomGenerator random) throws IOException {
    if (!Files.exists(file)) {
      byte[] secret = new byte[20];
      random.nextBytes(secret);
      Path draft = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(draft);
      Files.createFile(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(draft, HexFormat.of().formatHex(secret) + "\n");
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.size() != 1 || !lines.getFirst().matches("[0-9a-f]{40}")) {
      throw new IOException(
          file + " does not hold a key of 40 digits. Delete it, and a new one is drawn.");
    }
    return new S3Credentials(ID, lines.getFirst(), Optional.empty());
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
