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

/// The folder that a local server keeps everything in: the buckets, the key that they are served
/// with and the token of the functions, which stay the same so that people's environments do, and
/// the agent's configuration. One process at a time.
final class LocalData implements AutoCloseable {
  private static final String ID = "tidemark";

  private final Path folder;
  private final FileChannel lockFile;
  private final S3Credentials credentials;
  private final String token;
  private final String signingKey;

  private LocalData(
      Path folder,
      FileChannel lockFile,
      S3Credentials credentials,
      String token,
      String signingKey) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.credentials = credentials;
    this.token = token;
    this.signingKey = signingKey;
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
      return new LocalData(
          folder,
          lockFile,
          new S3Credentials(ID, secret(folder.resolve("key"), random), Optional.empty()),
          secret(folder.resolve("token"), random),
          secret(folder.resolve("signing-key"), random));
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

  /// Lets its bearer call every function.
  String token() {
    return token;
  }

  /// The id of the pair that signs requests of the CBS API, and may call every action.
  String signingId() {
    return ID;
  }

  String signingKey() {
    return signingKey;
  }

  /// What the agent of this folder is told; the person may change it. New volumes are made beside
  /// the buckets.
  ///
  /// @throws IOException when it cannot be made
  Path agentConfiguration() throws IOException {
    Path file = folder.resolve("agent.yaml");
    if (!Files.exists(file)) {
      Path volumes = Files.createDirectories(folder.resolve("volumes"));
      Files.writeString(
          file,
          """
          # What the agent of `tidemark local` is told; `tidemark agent check-config` checks it.
          pools:
            local: '%s'
          polling:
            least: 1s
            most: 5s
          listener:
            port: 0
          """
              .formatted(volumes.toString().replace("'", "''")));
    }
    return file;
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

  private static String secret(Path file, RandomGenerator random) throws IOException {
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
    return lines.getFirst();
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
