package io.tidemark.repository.testing;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Randomness that a failed run can be repeated with.
public final class Seeded {
  private Seeded() {}

  /// A generator whose seed is printed, and taken from `-Dtidemark.seed` when that is given.
  public static RandomGenerator random(String test) {
    Long given = Long.getLong("tidemark.seed");
    long seed = given != null ? given : new SplittableRandom().nextLong();
    System.out.println(test + ": repeat with -Dtidemark.seed=" + seed);
    return new SplittableRandom(seed);
  }
}
