package io.tidemark.repository.journal.repository;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// How long the snapshots of a policy are kept: a snapshot goes once no rule keeps it. Without any
/// rule all are kept.
///
/// @param count the newest so many; 0 for no such rule
/// @param age those younger than this
/// @param hourly of the newest so many hours that have a snapshot, the newest one each; 0 for no
///   such rule, as with all that follow
public record Retention(
    int count, Optional<Duration> age, int hourly, int daily, int weekly, int monthly, int yearly) {
  public static final Retention ALL = new Retention(0, Optional.empty(), 0, 0, 0, 0, 0);

  public Retention {
    if (count < 0 || hourly < 0 || daily < 0 || weekly < 0 || monthly < 0 || yearly < 0) {
      throw new IllegalArgumentException("A rule keeps 0 snapshots or more");
    }
    age.ifPresent(
        span -> {
          if (span.isNegative()
              || span.isZero()
              || !span.equals(span.truncatedTo(ChronoUnit.SECONDS))) {
            throw new IllegalArgumentException("Not whole seconds of 1 or more: " + span);
          }
        });
  }

  /// Whether there is no rule, so that everything is kept.
  public boolean keepsAll() {
    return equals(ALL);
  }
}
