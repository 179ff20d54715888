package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/// Disk images, and the system's own tools for them.
final class Images {
  private static final int PIECE_BYTES = 1 << 20;

  private Images() {}

  /// A sparse file.
  static Path sparse(Path image, long sizeBytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      if (sizeBytes > 0) {
        channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
      }
    }
    return image;
  }

  /// A file of random bytes, which do not compress.
  static Path random(Path image, long sizeBytes, RandomGenerator random) throws IOException {
    sparse(image, sizeBytes);
    overwrite(image, 0, sizeBytes, random);
    return image;
  }

  static void overwrite(Path image, long offsetBytes, long lengthBytes, RandomGenerator random)
      throws IOException {
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
      byte[] piece = new byte[PIECE_BYTES];
      for (long done = 0; done < lengthBytes; done += PIECE_BYTES) {
        random.nextBytes(piece);
        int length = (int) Math.min(PIECE_BYTES, lengthBytes - done);
        channel.write(ByteBuffer.wrap(piece, 0, length), offsetBytes + done);
      }
    }
  }

  /// SHA-256 of the whole content.
  static String hash(Path image) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = Files.newInputStream(image)) {
      byte[] piece = new byte[PIECE_BYTES];
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        digest.update(piece, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /// An image with an ext4 file system that holds the files of `content`.
  static Path ext4(Path image, long sizeBytes, Path content) throws Exception {
    sparse(image, sizeBytes);
    run("mkfs.ext4", "-q", "-F", "-d", content.toString(), image.toString());
    return image;
  }

  /// Runs a program that has to succeed, and gives back what it prints.
  static String run(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
    String said;
    try (InputStream out = process.getInputStream()) {
      said = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
    assertThat(process.waitFor()).as(() -> String.join(" ", words) + ": " + said).isZero();
    return said;
  }

  /// Skips the running test, or fails it where nothing may be skipped.
  static void missing(String what) {
    if ("true".equals(System.getenv("CI"))) {
      fail(what + ", and with CI=true nothing is skipped");
    }
    abort(what);
  }

  /// Loop devices and mounts are root's.
  static void requireRoot() throws IOException, InterruptedException {
    if (!run("id", "-u").equals("0")) {
      missing("This test needs root, for loop devices and mounts");
    }
  }
}
