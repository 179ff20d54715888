package io.tidemark.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.daemon.configuration.PollingSettings;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PollingPaceTest {
  private final PollingPace pace =
      new PollingPace(
          new PollingSettings(Duration.ofSeconds(1), Duration.ofSeconds(30)), new Random(1));

  private void isAbout(int seconds) {
    assertThat(pace.next())
        .isLessThanOrEqualTo(Duration.ofSeconds(seconds))
        .isGreaterThanOrEqualTo(Duration.ofMillis(750L * seconds));
  }

  @Test
  void slowsDownUntilSomethingIsFound() {
    isAbout(1);
    isAbout(2);
    isAbout(4);
    isAbout(8);
    isAbout(16);
    isAbout(30);
    isAbout(30);
    pace.quicken();
    isAbout(1);
  }

  @Test
  void keepsToNewSettings() {
    isAbout(1);
    pace.change(new PollingSettings(Duration.ofSeconds(4), Duration.ofSeconds(4)));
    isAbout(4);
    isAbout(4);
  }
}
