package io.tidemark.repository.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.VolumeId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The name of an idempotent request.
///
/// @param digest 64 hexadecimal digits: SHA-256 of who asked and of the key they gave
public record RequestKey(String digest) {
  /// The longest key that is taken from people, in characters.
  public static final int LONGEST = 255;

  private static final Pattern SYNTAX = Pattern.compile("[0-9a-f]{64}");

  public RequestKey {
    if (!SYNTAX.matcher(digest).matches()) {
      throw new IllegalArgumentException("Not the name of a request: '" + digest + "'");
    }
  }

  /// Of somebody's request.
  ///
  /// @throws IllegalArgumentException when the key is empty, too long, or has control characters
  public static RequestKey of(String actor, String key) {
    if (key.isEmpty()
        || key.length() > LONGEST
        || key.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "Not an idempotency key (wanted 1 to "
              + LONGEST
              + " characters, none a control character)");
    }
    return new RequestKey(hash("actor", actor, key));
  }

  /// Of a policy's snapshot of one volume for one due time: whoever makes it asks for the same.
  public static RequestKey of(PolicyId policy, VolumeId volume, Instant due) {
    return new RequestKey(hash("schedule", policy.text(), volume.text(), due.toString()));
  }

  /// Of a policy's due time as a whole.
  public static RequestKey of(PolicyId policy, Instant due) {
    return new RequestKey(hash("due", policy.text(), due.toString()));
  }

  /// SHA-256 of the parts, each followed by a byte of zero, in 64 hexadecimal digits.
  static String hash(String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        digest.update(part.getBytes(UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
