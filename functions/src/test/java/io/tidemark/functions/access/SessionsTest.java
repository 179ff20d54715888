package io.tidemark.functions.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:15:30Z");

  private final SplittableRandom random = new SplittableRandom(7);
  private final SessionKey key = SessionKey.draw(random);
  private final Sessions sessions = sessions(key, NOW);

  private Sessions sessions(SessionKey of, Instant at) {
    return new Sessions(of, InstantSource.fixed(at), random);
  }

  @Test
  void opensWhatItSealed() {
    Session session = sessions.begin(Optional.of("ab12"));

    assertThat(sessions.open(sessions.seal(session))).hasValue(session);
    assertThat(sessions.open(sessions.seal(sessions.begin(Optional.empty()))).orElseThrow().token())
        .isEmpty();
    assertThat(session.toString()).doesNotContain("ab12", session.formKey());
  }

  @Test
  void opensNothingThatWasChangedOrIsOfAnotherKey() {
    String sealed = sessions.seal(sessions.begin(Optional.of("ab12")));
    byte[] bytes = Base64.getUrlDecoder().decode(sealed);
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertThat(sessions.open(Base64.getUrlEncoder().encodeToString(changed))).isEmpty();
    }
    assertThat(sessions(SessionKey.draw(random), NOW).open(sealed)).isEmpty();
    assertThat(sessions.open("")).isEmpty();
    assertThat(sessions.open("%%%")).isEmpty();
    assertThat(sessions.open("x".repeat(5_000))).isEmpty();
  }

  @Test
  void opensNothingThatHasExpired() {
    String sealed = sessions.seal(sessions.begin(Optional.of("ab12")));

    assertThat(sessions(key, NOW.plus(Sessions.LASTS).minusSeconds(1)).open(sealed)).isPresent();
    assertThat(sessions(key, NOW.plus(Sessions.LASTS)).open(sealed)).isEmpty();
  }

  @Test
  void takesNoShortSecretForAKey() {
    assertThatThrownBy(() -> SessionKey.parse("short")).hasMessageContaining("32 characters");
    assertThat(
            sessions(SessionKey.parse("a".repeat(32)), NOW)
                .open(
                    sessions(SessionKey.parse("a".repeat(32)), NOW)
                        .seal(sessions.begin(Optional.empty()))))
        .isPresent();
  }
}
