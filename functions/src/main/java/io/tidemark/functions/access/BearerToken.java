package io.tidemark.functions.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The secret that a caller shows. Only its hash is kept, so that it can neither be printed nor be
/// compared in a time that depends on it.
public final class BearerToken {
  private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9._~+/-]{16,512}=*");
  private static final Pattern HEADER = Pattern.compile("(?i)bearer +(\\S+) *");

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

  /// The text of a new one, of 128 bits that `random` draws.
  public static String draw(RandomGenerator random) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /// Whether the value of an `Authorization` header shows this token.
  public boolean isShownBy(Optional<String> authorization) {
    return authorization
        .map(HEADER::matcher)
        .filter(Matcher::matches)
        .map(matcher -> MessageDigest.isEqual(hash, hash(matcher.group(1))))
        .orElse(false);
  }

  private static byte[] hash(String text) {
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
