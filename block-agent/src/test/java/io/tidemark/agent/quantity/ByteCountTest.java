package io.tidemark.agent.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ByteCountTest {
  @Test
  void writesForPeople() {
    assertThat(ByteCount.text(0)).isEqualTo("0 B");
    assertThat(ByteCount.text(1023)).isEqualTo("1023 B");
    assertThat(ByteCount.text(1536)).isEqualTo("1.50 KiB");
    assertThat(ByteCount.text(64L << 20)).isEqualTo("64.0 MiB");
    assertThat(ByteCount.text(16L << 40)).isEqualTo("16.0 TiB");
    assertThat(ByteCount.text(Long.MAX_VALUE)).isEqualTo("8.00 EiB");
  }

  @Test
  void readsWhatPeopleWrite() {
    assertThat(ByteCount.parse("32768")).isEqualTo(32768);
    assertThat(ByteCount.parse("32KiB")).isEqualTo(32768);
    assertThat(ByteCount.parse("32k")).isEqualTo(32768);
    assertThat(ByteCount.parse("4 MiB")).isEqualTo(4 << 20);
    assertThat(ByteCount.parse("1T")).isEqualTo(1L << 40);
  }

  @Test
  void refusesWhatIsNone() {
    for (String text : new String[] {"", "KiB", "-1", "1.5M", "1X", "1e3", "999999999999999999T"}) {
      assertThatThrownBy(() -> ByteCount.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
