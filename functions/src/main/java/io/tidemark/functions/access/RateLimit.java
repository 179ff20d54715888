package io.tidemark.functions.access;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// How many requests a caller may make: a bucket of `burst` of them that fills by `perSecond`. Each
/// process counts for itself, since nothing is shared but the store.
public final class RateLimit {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final long perSecond;
  private final long burst;
  private final LongSupplier nanoTime;
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

  /// @param perSecond 1 or more
  /// @param burst at once, `perSecond` or more
  /// @param nanoTime that only goes forward, of any origin
  public RateLimit(long perSecond, long burst, LongSupplier nanoTime) {
    if (perSecond < 1 || burst < perSecond) {
      throw new IllegalArgumentException(
          "Not a rate: " + perSecond + " a second, " + burst + " at once");
    }
    this.perSecond = perSecond;
    this.burst = burst;
    this.nanoTime = nanoTime;
  }

  /// Counts a request of that caller.
  ///
  /// @return how long it has to wait; empty when it may go on at once
  public Optional<Duration> count(String caller) {
    return buckets.computeIfAbsent(caller, _ -> new Bucket()).take();
  }

  private final class Bucket {
    private double left = burst;
    private long at = nanoTime.getAsLong();

    synchronized Optional<Duration> take() {
      long now = nanoTime.getAsLong();
      left = Math.min((double) burst, left + (double) (now - at) / SECOND * perSecond);
      at = now;
      if (left >= 1) {
        left--;
        return Optional.empty();
      }
      return Optional.of(Duration.ofNanos((long) Math.ceil((1 - left) / perSecond * SECOND)));
    }
  }
}
