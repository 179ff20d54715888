package io.tidemark.repository.key;

import java.util.random.RandomGenerator;

/// A snapshot's id: `snap-` and 17 lower-case hexadecimal digits, random, never used again.
public record SnapshotId(String text) implements Comparable<SnapshotId> {
  private static final IdSyntax SYNTAX = new IdSyntax("snap-", "snapshot");

  public SnapshotId {
    SYNTAX.require(text);
  }

  public static boolean isValid(String text) {
    return SYNTAX.isValid(text);
  }

  public static SnapshotId random(RandomGenerator random) {
    return new SnapshotId(SYNTAX.random(random));
  }

  @Override
  public int compareTo(SnapshotId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
