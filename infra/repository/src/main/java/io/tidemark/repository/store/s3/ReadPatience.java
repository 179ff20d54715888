package io.tidemark.repository.store.s3;

import java.time.Duration;

/// How long reads, lists and deletes wait for a store that answered before and is away now.
///
/// @param first the longest first wait; waits double and are drawn at random
/// @param longest no wait is longer
/// @param total from the first failure on, no attempt begins later
public record ReadPatience(Duration first, Duration longest, Duration total) {
  /// Long enough for a store that restarts, short enough for somebody who waits.
  public static final ReadPatience FOR_A_RESTART =
      new ReadPatience(Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofMinutes(2));

  public ReadPatience {
    if (!first.isPositive() || longest.compareTo(first) < 0 || total.isNegative()) {
      throw new IllegalArgumentException(
          "No patience: first " + first + ", longest " + longest + ", total " + total);
    }
  }
}
