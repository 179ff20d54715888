package io.tidemark.functions.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// The secret that a caller shows. Only its hash is kept, so that it can neither be printed nor be
/// compared in a time that depends on it.
public final class BearerToken {
  private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9._~+/-]{16,512}=*");
  private static final Pattern HASH = Pattern.compile("(?i)sha256:[0-9a-f]{64}");

  private final byte[] hash;

  /// @throws IllegalArgumentException, without the text, unless it is 16 to 512 characters that a
  ///   bearer token may have
  public BearerToken(String text) {
    if (!SYNTAX.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "Not a bearer token: 16 to 512 letters, digits and any of ._~+/- are wanted");
    }
    this.hash = hash(text);
  }

  private BearerToken(byte[] hash) {
    this.hash = hash;
  }

  /// Reads a token, or `sha256:` and the 64 hexadecimal digits of its hash.
  ///
  /// @throws IllegalArgumentException, without the text, when it is neither
  public static BearerToken parse(String text) {
    return HASH.matcher(text).matches()
        ? new BearerToken(
            HexFormat.of().parseHex(text.substring("sha256:".length()).toLowerCase(Locale.ROOT)))
        : new BearerToken(text);
  }

  /// The text of a new one, of 128 bits that `random` draws.
  public static String draw(RandomGenerator random) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /// Whether the one whose token this is shows that text.
  boolean hasHash(byte[] shown) {
    return MessageDigest.isEqual(hash, shown);
  }

  boolean isSame(BearerToken other) {
    return hasHash(other.hash);
  }

  static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "BearerToken[…]";
  }
}
