package io.tidemark.agent.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Counts what a pipeline does. Whoever wants to show progress pulls it from here, as often as he
/// likes and from any thread; the pipeline never waits for that.
public final class ProgressMeter {
  /// The time that the rate is taken over.
  private static final Duration LATELY = Duration.ofSeconds(10);

  private final InstantSource clock;
  private final LongAdder readBytes = new LongAdder();
  private final LongAdder changedBytes = new LongAdder();
  private final LongAdder sentBytes = new LongAdder();

  // Guarded by this.
  private long totalBytes;
  private @Nullable Instant startedAt;

  /// Newest last, at least a second apart; the first is what the rate is reckoned from.
  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(Instant at, long readBytes) {}

  public ProgressMeter(InstantSource clock) {
    this.clock = clock;
  }

  /// Begins, now.
  ///
  /// @param totalBytes that will be read, as far as is known
  public synchronized void start(long totalBytes) {
    this.totalBytes = totalBytes;
    Instant now = clock.instant();
    startedAt = now;
    samples.add(new Sample(now, 0));
  }

  /// So many bytes more were read of the volume, or of a snapshot.
  public void read(long bytes) {
    readBytes.add(bytes);
  }

  /// So many bytes more were found different from the parent's.
  public void changed(long bytes) {
    changedBytes.add(bytes);
  }

  /// So many bytes more are in the store, or in a restore's target.
  public void sent(long bytes) {
    sentBytes.add(bytes);
  }

  /// How far it has come by now.
  public synchronized Progress progress() {
    Instant now = clock.instant();
    Instant start = startedAt;
    long read = readBytes.sum();
    if (start == null) {
      return new Progress(0, read, 0, 0, Duration.ZERO, 0, Optional.empty());
    }
    long total = Math.max(totalBytes, read);
    Sample since = samples.getFirst();
    double seconds = Duration.between(since.at, now).toNanos() / 1e9;
    long rate = seconds > 0 ? (long) ((read - since.readBytes) / seconds) : 0;
    remember(now, read);
    Optional<Duration> left =
        rate > 0
            ? Optional.of(Duration.ofSeconds((total - read + rate - 1) / rate))
            : Optional.empty();
    Duration elapsed = Duration.between(start, now);
    return new Progress(
        total,
        read,
        changedBytes.sum(),
        sentBytes.sum(),
        elapsed.isNegative() ? Duration.ZERO : elapsed,
        rate,
        left);
  }

  private void remember(Instant now, long read) {
    if (Duration.between(samples.getLast().at, now).toSeconds() >= 1) {
      samples.addLast(new Sample(now, read));
    }
    while (samples.size() > 1
        && Duration.between(samples.getFirst().at, now).compareTo(LATELY) > 0) {
      samples.removeFirst();
    }
  }
}
