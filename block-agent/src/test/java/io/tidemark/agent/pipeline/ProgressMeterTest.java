package io.tidemark.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ProgressMeterTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final ProgressMeter meter = new ProgressMeter(now::get);

  @Test
  void knowsNothingBeforeTheStart() {
    Progress progress = meter.progress();
    assertThat(progress.readBytes()).isZero();
    assertThat(progress.left()).isEmpty();
  }

  @Test
  void tellsRateAndTimeLeft() {
    meter.start(1000);
    meter.read(200);
    meter.changed(50);
    meter.sent(20);
    pass(2);
    assertThat(meter.progress())
        .isEqualTo(
            new Progress(
                1000, 200, 50, 20, Duration.ofSeconds(2), 100, Optional.of(Duration.ofSeconds(8))));
  }

  @Test
  void theRateIsThatOfLately() {
    meter.start(1_000_000);
    for (int i = 0; i < 20; i++) {
      meter.read(1000);
      pass(1);
      assertThat(meter.progress().bytesPerSecond()).isEqualTo(1000);
    }
    for (int i = 0; i < 20; i++) {
      meter.read(10);
      pass(1);
      meter.progress();
    }
    assertThat(meter.progress().bytesPerSecond()).isEqualTo(10);
    pass(60);
    assertThat(meter.progress().bytesPerSecond()).isLessThan(10);
  }

  @Test
  void nobodyCanSayWhileNothingMoves() {
    meter.start(1000);
    pass(5);
    assertThat(meter.progress().left()).isEmpty();
    assertThat(meter.progress().bytesPerSecond()).isZero();
  }

  @Test
  void aClockThatIsSetBackDoesNoHarm() {
    meter.start(1000);
    meter.read(500);
    pass(-3600);
    assertThat(meter.progress().elapsed()).isEqualTo(Duration.ZERO);
    assertThat(meter.progress().left()).isEmpty();
  }

  @Test
  void readsNeverExceedTheTotal() {
    meter.start(100);
    meter.read(300);
    pass(1);
    assertThat(meter.progress().totalBytes()).isEqualTo(300);
    assertThat(meter.progress().left()).contains(Duration.ZERO);
  }

  private void pass(long seconds) {
    now.updateAndGet(instant -> instant.plusSeconds(seconds));
  }
}
