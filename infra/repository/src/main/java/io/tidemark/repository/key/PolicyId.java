package io.tidemark.repository.key;

import java.util.random.RandomGenerator;

/// A policy's id: `pol-` and 17 lower-case hexadecimal digits, random, never used again.
public record PolicyId(String text) implements Comparable<PolicyId> {
  private static final IdSyntax SYNTAX = new IdSyntax("pol-", "policy");

  public PolicyId {
    SYNTAX.require(text);
  }

  public static boolean isValid(String text) {
    return SYNTAX.isValid(text);
  }

  public static PolicyId random(RandomGenerator random) {
    return new PolicyId(SYNTAX.random(random));
  }

  @Override
  public int compareTo(PolicyId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
