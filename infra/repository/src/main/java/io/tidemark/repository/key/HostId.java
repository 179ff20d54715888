package io.tidemark.repository.key;

import java.util.random.RandomGenerator;

/// A host's id: `host-` and 17 lower-case hexadecimal digits, random, never used again.
public record HostId(String text) implements Comparable<HostId> {
  private static final IdSyntax SYNTAX = new IdSyntax("host-", "host");

  public HostId {
    SYNTAX.require(text);
  }

  public static boolean isValid(String text) {
    return SYNTAX.isValid(text);
  }

  public static HostId random(RandomGenerator random) {
    return new HostId(SYNTAX.random(random));
  }

  @Override
  public int compareTo(HostId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
