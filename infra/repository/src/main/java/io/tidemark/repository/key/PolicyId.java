package io.tidemark.repository.key;

import java.util.regex.Pattern;

/// A policy's id: `pol-` and 17 lower-case hexadecimal digits, random, never used again.
public record PolicyId(String text) implements Comparable<PolicyId> {
  private static final Pattern SYNTAX = Pattern.compile("pol-[0-9a-f]{17}");

  public PolicyId {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "Not a policy id: '" + text + "' (wanted pol- and 17 of the digits 0-9a-f)");
    }
  }

  public static boolean isValid(String text) {
    return SYNTAX.matcher(text).matches();
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
