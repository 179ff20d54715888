package io.tidemark.agent.daemon;

import io.tidemark.agent.daemon.configuration.PollingSettings;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before the next look into the inbox: the least after something was found, twice
/// as long each time that nothing was, up to the most. Jittered, for hosts that were started
/// together would look together for ever.
final class PollingPace {
  private final RandomGenerator random;
  private PollingSettings settings;
  private Duration span;

  PollingPace(PollingSettings settings, RandomGenerator random) {
    this.settings = settings;
    this.random = random;
    this.span = settings.least();
  }

  void change(PollingSettings next) {
    settings = next;
    span = next.least();
  }

  /// Something was found, or came.
  void quicken() {
    span = settings.least();
  }

  /// The wait now; the next one is longer unless it is quickened.
  Duration next() {
    long nanos = span.toNanos();
    Duration doubled = span.multipliedBy(2);
    span = doubled.compareTo(settings.most()) > 0 ? settings.most() : doubled;
    return Duration.ofNanos(nanos - random.nextLong(nanos / 4 + 1));
  }
}
