package io.tidemark.functions.function;

import io.tidemark.repository.snapshot.Snapshot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Tells one state of a thing from another. What comes and goes by itself, such as progress, is no
/// part of it.
final class EntityTags {
  private static final int BYTES = 12;

  private EntityTags() {}

  /// Of a snapshot: its phase, and what is attached to it.
  static String of(Snapshot snapshot) {
    return hashed(
        snapshot.entry().since()
            + " "
            + snapshot.entry().label()
            + " "
            + snapshot.holds().stream().map(hold -> Long.toString(hold.number())).toList());
  }

  /// Of what the event of that number left.
  static String of(long event) {
    return "\"" + event + "\"";
  }

  private static String hashed(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "\"" + HexFormat.of().formatHex(hash, 0, BYTES) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
