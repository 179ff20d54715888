package io.tidemark.repository.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JitteredBackoffTest {
  private final List<Duration> waits = new ArrayList<>();
  private long nanos = 1_000;

  private JitteredBackoff backoff(Duration total) {
    return new JitteredBackoff(
        new Random(7),
        Duration.ofMillis(100),
        Duration.ofSeconds(2),
        total,
        () -> nanos,
        wait -> {
          waits.add(wait);
          nanos += wait.toNanos();
        });
  }

  @Test
  void waitsLongerAndLongerUpToTheLongest() {
    Backoff.Attempts attempts = backoff(Duration.ofMinutes(10)).start();
    for (int i = 0; i < 20; i++) {
      assertThat(attempts.pause()).isTrue();
      long spanMillis = Math.min(2_000, 100L << i);
      assertThat(waits.get(i))
          .isBetween(Duration.ofMillis(spanMillis / 4), Duration.ofMillis(spanMillis));
    }
    assertThat(waits).doesNotHaveDuplicates();
  }

  @Test
  void endsBeforeTheDeadline() {
    Backoff.Attempts attempts = backoff(Duration.ofSeconds(5)).start();
    while (attempts.pause()) {
      assertThat(nanos).isLessThan(Duration.ofSeconds(6).toNanos());
    }
    assertThat(waits.stream().reduce(Duration.ZERO, Duration::plus))
        .isLessThan(Duration.ofSeconds(5));
    assertThat(waits).hasSizeGreaterThan(3);
  }

  @Test
  void countsTheTimeThatTheAttemptsThemselvesTake() {
    Backoff.Attempts attempts = backoff(Duration.ofSeconds(5)).start();
    nanos += Duration.ofSeconds(6).toNanos();
    assertThat(attempts.pause()).isFalse();
    assertThat(waits).isEmpty();
  }

  @Test
  void endsOnAnInterruptAndKeepsIt() {
    Thread.currentThread().interrupt();
    assertThat(backoff(Duration.ofSeconds(5)).start().pause()).isFalse();
    assertThat(Thread.interrupted()).isTrue();

    JitteredBackoff interrupted =
        new JitteredBackoff(
            new Random(7),
            Duration.ofMillis(100),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            () -> nanos,
            _ -> {
              throw new InterruptedException();
            });
    assertThat(interrupted.start().pause()).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void refusesSpansThatMakeNoSense() {
    assertThatThrownBy(
            () ->
                new JitteredBackoff(
                    new Random(7), Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
