package io.tidemark.functions.access;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secret half of a key pair, with which a caller signs requests. It signs, and is never shown:
/// what is signed has to be worked out anew to be compared, so a hash of it would not do.
public final class SigningKey {
  private static final Pattern SYNTAX = Pattern.compile("[!-~]{1,512}");
  private static final Pattern STRONG = Pattern.compile(".{16,}");
  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] secret;

  /// @throws IllegalArgumentException, without the text, unless it is 1 to 512 visible ASCII
  ///   characters
  public SigningKey(String text) {
    if (!SYNTAX.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "Not a signing key: 16 to 512 visible ASCII characters are wanted");
    }
    this.secret = text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Reads one that is long enough to let anybody in by.
  ///
  /// @throws IllegalArgumentException, without the text, unless it is 16 to 512 visible ASCII
  ///   characters
  public static SigningKey parse(String text) {
    if (!STRONG.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "Not a signing key: 16 to 512 visible ASCII characters are wanted");
    }
    return new SigningKey(text);
  }

  /// HMAC-SHA-256 by a key that is derived from this one: `prefix` and the secret sign the first
  /// step, that signs the next, and the last of them signs `text`.
  public byte[] sign(String prefix, Iterable<String> steps, String text) {
    byte[] start = prefix.getBytes(StandardCharsets.US_ASCII);
    byte[] key = new byte[start.length + secret.length];
    System.arraycopy(start, 0, key, 0, start.length);
    System.arraycopy(secret, 0, key, start.length, secret.length);
    for (String step : steps) {
      key = hmac(key, step);
    }
    return hmac(key, text);
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every Java has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "SigningKey[…]";
  }
}
