package io.tidemark.functions.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static final String TOKEN = "abcdefghijklmnop0123==";
  private static final Caller ALICE = new Caller("alice", Role.OPERATOR);

  private final Tokens tokens = Tokens.single(TOKEN, ALICE);

  @Test
  void findsTheCallerByTheHeaderAlone() {
    assertThat(tokens.find(Optional.of("Bearer " + TOKEN))).contains(ALICE);
    assertThat(tokens.find(Optional.of("bearer   " + TOKEN + " "))).contains(ALICE);
    assertThat(tokens.find(Optional.of("Bearer abcdefghijklmnop0123="))).isEmpty();
    assertThat(tokens.find(Optional.of("Basic " + TOKEN))).isEmpty();
    assertThat(tokens.find(Optional.of("Bearer"))).isEmpty();
    assertThat(tokens.find(Optional.of(TOKEN))).isEmpty();
    assertThat(tokens.find(Optional.empty())).isEmpty();
  }

  @Test
  void readsAFileOfTokensAndOfTheirHashes() {
    String hash = HexFormat.of().formatHex(BearerToken.hash("the-second-token-of-them"));

    Tokens read =
        Tokens.parse(
            "# who may\n\nreader  nagios  the-first-token-of-them\r\n administrator root sha256:"
                + hash
                + "\n");

    assertThat(read.find(Optional.of("Bearer the-first-token-of-them")))
        .contains(new Caller("nagios", Role.READER));
    assertThat(read.find(Optional.of("Bearer the-second-token-of-them")))
        .contains(new Caller("root", Role.ADMINISTRATOR));
    assertThat(read.find(Optional.of("Bearer sha256:" + hash))).isEmpty();
  }

  @Test
  void readsKeyPairsBesideTokens() {
    Tokens read =
        Tokens.parse(
            "reader nagios the-first-token-of-them\noperator me AKIDme another-long-key\n");

    assertThat(read.isEmpty()).isFalse();
    KeyHolder holder = read.holder("AKIDme").orElseThrow();
    assertThat(holder.caller()).isEqualTo(new Caller("me", Role.OPERATOR));
    assertThat(read.holder("akidme")).isEmpty();
    assertThat(read.find(Optional.of("Bearer another-long-key"))).isEmpty();
    assertThat(read.toString() + holder + holder.key()).doesNotContain("another-long-key");
    assertThat(read.and(tokens).holder("AKIDme")).isPresent();
  }

  @Test
  void refusesOneTokenForTwoAndNamesThem() {
    String hash = HexFormat.of().formatHex(BearerToken.hash(TOKEN));
    for (String again : new String[] {TOKEN, "sha256:" + hash}) {
      assertThatThrownBy(() -> Tokens.parse("administrator ann " + TOKEN + "\nreader bob " + again))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Line 2 of the tokens")
          .hasMessageContaining("administrator 'ann'")
          .hasMessageContaining("reader 'bob'")
          .hasMessageNotContaining(TOKEN)
          .hasMessageNotContaining(hash);
    }
    assertThatThrownBy(() -> tokens.and(Tokens.parse("reader bob " + TOKEN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("operator 'alice' and the reader 'bob'")
        .hasMessageNotContaining(TOKEN);
    Tokens keys = Tokens.parse("operator me AKIDme another-long-key");
    assertThatThrownBy(() -> keys.and(Tokens.parse("reader you AKIDme yet-another-long-key")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("operator 'me' and the reader 'you'");
  }

  @Test
  void knowsMarksOfTokensAndKeysAndSaysNeither() {
    Tokens read =
        Tokens.parse(
            "reader nagios the-first-token-of-them\noperator me AKIDme another-long-key\n");
    String token = read.mark("the-first-token-of-them").orElseThrow();
    String key = read.mark(" AKIDme another-long-key ").orElseThrow();

    assertThat(token + key).doesNotContain("the-first-token", "another-long-key");
    assertThat(read.findByMark(token)).contains(new Caller("nagios", Role.READER));
    assertThat(read.findByMark(key)).contains(new Caller("me", Role.OPERATOR));
    assertThat(read.mark("AKIDme another-long-kez")).isEmpty();
    assertThat(read.mark("AKIDyou another-long-key")).isEmpty();
    assertThat(read.mark("AKIDme")).isEmpty();
    Tokens changed = Tokens.parse("operator me AKIDme yet-another-long-key\n");
    assertThat(changed.findByMark(key)).isEmpty();
    assertThat(changed.findByMark(token)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "reader nagios",
        "owner nagios the-first-secret-of-them",
        "reader na!gios the-first-secret-of-them",
        "reader nagios short-secret",
        "reader nagios the-first-secret-of-them and-more",
        "reader nagios AK/ID the-first-secret-of-them",
        "reader nagios AKID the-first-secret-of-them and-more",
        "reader nagios AKID the-first-secret-of-them\nreader nagios AKID the-first-secret-of-them",
      })
  void namesTheLineThatIsWrongAndNoSecret(String line) {
    assertThatThrownBy(() -> Tokens.parse("# one\n" + line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("Line [23] of the tokens: .*")
        .hasMessageNotContaining("secret");
  }

  @Test
  void neverShowsASecret() {
    assertThat(tokens.toString()).doesNotContain(TOKEN);
    assertThat(new BearerToken(TOKEN).toString()).isEqualTo("BearerToken[…]");
    assertThatThrownBy(() -> new BearerToken("too short"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("too short");
  }

  @Test
  void drawsTokensThatAreTokens() {
    String text = BearerToken.draw(new SplittableRandom(1));

    assertThat(text).hasSize(32);
    assertThat(Tokens.single(text, ALICE).find(Optional.of("Bearer " + text))).contains(ALICE);
  }

  @Test
  void givesEachRoleWhatItMay() {
    for (Role role : Role.values()) {
      assertThat(role.includes(Role.READER)).isTrue();
      assertThat(role.includes(Role.ADMINISTRATOR)).isEqualTo(role == Role.ADMINISTRATOR);
    }
    assertThat(Role.AGENT.includes(Role.OPERATOR)).isFalse();
    assertThat(Role.READER.includes(Role.OPERATOR)).isFalse();
    assertThat(Role.OPERATOR.includes(Role.AGENT)).isFalse();
  }
}
