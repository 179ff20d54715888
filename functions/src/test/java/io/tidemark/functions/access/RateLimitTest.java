package io.tidemark.functions.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RateLimit rate = new RateLimit(2, 3, nanos::get);

  @Test
  void letsABurstThroughAndThenTheRate() {
    assertThat(rate.count("a")).isEmpty();
    assertThat(rate.count("a")).isEmpty();
    assertThat(rate.count("a")).isEmpty();
    assertThat(rate.count("a")).contains(Duration.ofMillis(500));

    nanos.addAndGet(Duration.ofMillis(500).toNanos());
    assertThat(rate.count("a")).isEmpty();
    assertThat(rate.count("a")).isPresent();
  }

  @Test
  void countsEachCallerAlone() {
    for (int i = 0; i < 4; i++) {
      assertThat(rate.count("a").isPresent()).isEqualTo(i == 3);
    }

    assertThat(rate.count("b")).isEmpty();
  }

  @Test
  void savesNoMoreThanABurst() {
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    for (int i = 0; i < 3; i++) {
      assertThat(rate.count("a")).isEmpty();
    }
    assertThat(rate.count("a")).isPresent();
  }
}
