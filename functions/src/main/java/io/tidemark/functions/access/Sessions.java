package io.tidemark.functions.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/// Seals sessions into text and opens them again: AES-256-GCM, so that nobody can read, make or
/// change one. Nothing is kept here; a token that is let in no more ends its sessions.
public final class Sessions {
  /// How long one lasts from its beginning.
  public static final Duration LASTS = Duration.ofHours(8);

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final byte[] PURPOSE =
      "tidemark console session 1".getBytes(StandardCharsets.US_ASCII);
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int LONGEST = 1_000;
  private static final String NOBODY = "-";

  private final SessionKey key;
  private final InstantSource clock;
  private final RandomGenerator random;

  public Sessions(SessionKey key, InstantSource clock, RandomGenerator random) {
    this.key = key;
    this.clock = clock;
    this.random = random;
  }

  /// A new one.
  ///
  /// @param token see [Session#token]
  public Session begin(Optional<String> token) {
    return new Session(
        token,
        BearerToken.draw(random),
        clock.instant().truncatedTo(ChronoUnit.SECONDS).plus(LASTS));
  }

  /// The text that only [#open] can read.
  public String seal(Session session) {
    String plain =
        session.expires().getEpochSecond()
            + " "
            + session.formKey()
            + " "
            + session.token().orElse(NOBODY);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + CIPHER, e);
    }
  }

  /// The session in a text; empty when it is none of this key's, or has expired.
  public Optional<Session> open(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (bytes.length <= NONCE_BYTES) {
        return Optional.empty();
      }
      byte[] plain =
          cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(bytes, NONCE_BYTES))
              .doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
      List<String> parts = List.of(new String(plain, StandardCharsets.US_ASCII).split(" ", -1));
      Session session =
          new Session(
              Optional.of(parts.get(2)).filter(token -> !token.equals(NOBODY)),
              parts.get(1),
              Instant.ofEpochSecond(Long.parseLong(parts.get(0))));
      return Optional.of(session).filter(open -> clock.instant().isBefore(open.expires()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key.key(), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(PURPOSE);
    return cipher;
  }
}
