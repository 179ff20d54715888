package io.tidemark.agent.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.pipeline.ScanWish;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FullScansTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  @Test
  void readsWhatPeopleWrite() {
    assertThat(FullScans.parse("30d")).isEqualTo(new FullScans.After(Duration.ofDays(30)));
    assertThat(FullScans.parse("12h")).isEqualTo(new FullScans.After(Duration.ofHours(12)));
    assertThat(FullScans.parse("50")).isEqualTo(new FullScans.EachOf(50));
    assertThat(FullScans.parse("1")).isEqualTo(new FullScans.Always());
    assertThat(FullScans.parse("always")).isEqualTo(new FullScans.Always());
    assertThat(FullScans.parse("never")).isEqualTo(new FullScans.Never());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "0d", "-1", "1.5", "weekly", "9999999999"})
  void refusesTheRest(String text) {
    assertThatThrownBy(() -> FullScans.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("30d");
  }

  @Test
  void isDueOnceTheLastOneIsThatLongAgo() {
    FullScans rule = new FullScans.After(Duration.ofDays(30));
    assertThat(rule.wish(NOW, Optional.of(NOW.minus(Duration.ofDays(30))), 9))
        .isEqualTo(ScanWish.DUE);
    assertThat(rule.wish(NOW, Optional.of(NOW.minus(Duration.ofDays(30)).plusMillis(1)), 9))
        .isEqualTo(ScanWish.CHANGED);
    assertThat(rule.wish(NOW, Optional.empty(), 0)).isEqualTo(ScanWish.DUE);
  }

  @Test
  void isDueForOneOfSoMany() {
    FullScans rule = new FullScans.EachOf(3);
    // Full, tracked, tracked, full.
    assertThat(rule.wish(NOW, Optional.of(NOW), 0)).isEqualTo(ScanWish.CHANGED);
    assertThat(rule.wish(NOW, Optional.of(NOW), 1)).isEqualTo(ScanWish.CHANGED);
    assertThat(rule.wish(NOW, Optional.of(NOW), 2)).isEqualTo(ScanWish.DUE);
    assertThat(rule.wish(NOW, Optional.empty(), 0)).isEqualTo(ScanWish.DUE);
  }

  @Test
  void isAskedForAlwaysOrNeverDue() {
    assertThat(new FullScans.Always().wish(NOW, Optional.of(NOW), 0)).isEqualTo(ScanWish.ALL);
    assertThat(new FullScans.Never().wish(NOW, Optional.empty(), 99)).isEqualTo(ScanWish.CHANGED);
  }
}
