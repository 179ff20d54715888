package io.tidemark.repository.store;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// Waits a random part of a span that doubles with every attempt, so that writers who lost to each
/// other do not meet again; gives up when the next wait would end after the deadline.
public final class JitteredBackoff implements Backoff {
  private final RandomGenerator random;
  private final Duration first;
  private final Duration longest;
  private final Duration total;
  private final LongSupplier nanoTime;
  private final Sleeper sleeper;

  /// What waits.
  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration span) throws InterruptedException;
  }

  /// @param first the span of the first wait
  /// @param longest no span grows past this
  /// @param total from [#start] on, no attempt begins later
  public JitteredBackoff(RandomGenerator random, Duration first, Duration longest, Duration total) {
    this(random, first, longest, total, System::nanoTime, Thread::sleep);
  }

  JitteredBackoff(
      RandomGenerator random,
      Duration first,
      Duration longest,
      Duration total,
      LongSupplier nanoTime,
      Sleeper sleeper) {
    if (!first.isPositive() || longest.compareTo(first) < 0 || total.isNegative()) {
      throw new IllegalArgumentException(
          "No back-off: first " + first + ", longest " + longest + ", total " + total);
    }
    this.random = random;
    this.first = first;
    this.longest = longest;
    this.total = total;
    this.nanoTime = nanoTime;
    this.sleeper = sleeper;
  }

  @Override
  public Attempts start() {
    return new Attempts() {
      private final long startedNanos = nanoTime.getAsLong();
      private long spanNanos = first.toNanos();

      @Override
      public boolean pause() {
        // Not all the span is drawn from: a wait of nearly nothing would spend an attempt on a
        // store that has just asked for quiet.
        long waitNanos = spanNanos / 4 + random.nextLong(spanNanos - spanNanos / 4);
        spanNanos = Math.min(longest.toNanos(), 2 * spanNanos);
        if (Thread.currentThread().isInterrupted()
            || nanoTime.getAsLong() - startedNanos + waitNanos > total.toNanos()) {
          return false;
        }
        try {
          sleeper.sleep(Duration.ofNanos(waitNanos));
          return true;
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    };
  }
}
