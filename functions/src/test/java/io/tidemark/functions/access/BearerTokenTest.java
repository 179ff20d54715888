package io.tidemark.functions.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BearerTokenTest {
  private final BearerToken token = new BearerToken("abcdefghijklmnop0123==");

  @Test
  void isShownByItsHeaderAlone() {
    assertThat(token.isShownBy(Optional.of("Bearer abcdefghijklmnop0123=="))).isTrue();
    assertThat(token.isShownBy(Optional.of("bearer   abcdefghijklmnop0123== "))).isTrue();
    assertThat(token.isShownBy(Optional.of("Bearer abcdefghijklmnop0123="))).isFalse();
    assertThat(token.isShownBy(Optional.of("Bearer"))).isFalse();
    assertThat(token.isShownBy(Optional.of("abcdefghijklmnop0123=="))).isFalse();
    assertThat(token.isShownBy(Optional.empty())).isFalse();
  }

  @Test
  void neverShowsItself() {
    assertThat(token.toString()).isEqualTo("BearerToken[…]");
    assertThatThrownBy(() -> new BearerToken("too short"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("too short");
  }

  @Test
  void drawsTokensThatAreTokens() {
    String text = BearerToken.draw(new SplittableRandom(1));
    assertThat(text).hasSize(32);
    assertThat(new BearerToken(text).isShownBy(Optional.of("Bearer " + text))).isTrue();
  }
}
