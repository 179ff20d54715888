package io.tidemark.agent.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {
  @ParameterizedTest
  @ValueSource(strings = {"500ms", "0s", "30s", "5m", "90s", "2h", "30d"})
  void writesWhatItReads(String text) {
    assertThat(TimeSpan.text(TimeSpan.parse(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-1s", "1.5s", "1w", "9999999999s"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> TimeSpan.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("500ms");
  }
}
