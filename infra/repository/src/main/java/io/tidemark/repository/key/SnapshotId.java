package io.tidemark.repository.key;

import java.util.regex.Pattern;

/// A snapshot's id: `snap-` and 17 lower-case hexadecimal digits, random, never used again.
public record SnapshotId(String text) implements Comparable<SnapshotId> {
  private static final Pattern SYNTAX = Pattern.compile("snap-[0-9a-f]{17}");

  public SnapshotId {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "Not a snapshot id: '" + text + "' (wanted snap- and 17 of the digits 0-9a-f)");
    }
  }

  public static boolean isValid(String text) {
    return SYNTAX.matcher(text).matches();
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
