package io.tidemark.repository.testing;

import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.SettledCreate;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// Writers whose chance is the test's and that never wait.
public final class Writers {
  /// No test has so many writers at once that one of them loses more numbers than that in a row.
  private static final int MOST_NUMBERS_LOST = 100;

  private Writers() {}

  /// A writer that sends a create whose outcome is unknown up to five times.
  public static Journal.Writer writer(
      ObjectStore store, String actor, InstantSource clock, RandomGenerator random) {
    return writer(store, actor, clock, random, 5);
  }

  /// A writer that sends a create whose outcome is unknown up to `attempts` times.
  public static Journal.Writer writer(
      ObjectStore store, String actor, InstantSource clock, RandomGenerator random, int attempts) {
    return new Journal.Writer(
        actor,
        clock,
        random,
        new SettledCreate(store, new CountedBackoff(attempts - 1)),
        new CountedBackoff(MOST_NUMBERS_LOST - 1));
  }

  /// Never waits, and gives up after a number of pauses.
  private record CountedBackoff(int pauses) implements Backoff {
    @Override
    public Attempts start() {
      int[] left = {pauses};
      return () -> left[0]-- > 0;
    }
  }
}
