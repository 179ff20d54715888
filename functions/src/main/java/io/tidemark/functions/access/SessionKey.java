package io.tidemark.functions.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The key that sessions are sealed with. Processes that have the same one know each other's.
public final class SessionKey {
  private static final int BYTES = 32;
  private static final int SHORTEST = 32;

  private final SecretKey key;

  private SessionKey(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, "AES");
  }

  /// A new one.
  public static SessionKey draw(RandomGenerator random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new SessionKey(bytes);
  }

  /// Made from a secret.
  ///
  /// @throws IllegalArgumentException, without the text, when it has fewer than 32 characters
  public static SessionKey parse(String text) {
    if (text.length() < SHORTEST) {
      throw new IllegalArgumentException(
          "Not a session key: " + SHORTEST + " characters or more are wanted");
    }
    try {
      return new SessionKey(
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  SecretKey key() {
    return key;
  }

  @Override
  public String toString() {
    return "SessionKey[…]";
  }
}
