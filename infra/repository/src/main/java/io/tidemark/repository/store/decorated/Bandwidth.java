package io.tidemark.repository.store.decorated;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/// So many bytes a second, shared by all who take from it. Whoever takes more than is there waits
/// until what was taken before has been paid for, so that large takers and small ones both get on.
/// Safe for many threads.
public final class Bandwidth {
  /// What may go at once after a quiet time.
  private static final Duration BURST = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private final Waiting waiting;
  private OptionalLong bytesPerSecond;
  private long paidUntilNanos;

  /// What waits.
  @FunctionalInterface
  public interface Waiting {
    void await(Duration span) throws InterruptedException;
  }

  /// @param bytesPerSecond empty for no limit
  public Bandwidth(OptionalLong bytesPerSecond) {
    this(bytesPerSecond, System::nanoTime, Thread::sleep);
  }

  /// The same, with another clock.
  public Bandwidth(OptionalLong bytesPerSecond, LongSupplier nanoTime, Waiting waiting) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
    this.waiting = waiting;
    this.paidUntilNanos = nanoTime.getAsLong() - BURST.toNanos();
  }

  /// From now on it is so much; who waits already waits on.
  public synchronized void change(OptionalLong next) {
    bytesPerSecond = next;
    paidUntilNanos = Math.min(paidUntilNanos, nanoTime.getAsLong());
  }

  /// Waits for the turn of so many bytes.
  ///
  /// @throws InterruptedException when it was given up; the bytes count all the same
  public void take(long bytes) throws InterruptedException {
    long nanos = charge(bytes);
    if (nanos > 0) {
      waiting.await(Duration.ofNanos(nanos));
    }
  }

  /// How long the bytes have to wait.
  private synchronized long charge(long bytes) {
    if (bytesPerSecond.isEmpty()) {
      return 0;
    }
    long now = nanoTime.getAsLong();
    long from = Math.max(paidUntilNanos, now - BURST.toNanos());
    long costNanos = (long) (bytes * 1e9 / bytesPerSecond.getAsLong());
    paidUntilNanos = from + costNanos;
    return paidUntilNanos - now;
  }
}
