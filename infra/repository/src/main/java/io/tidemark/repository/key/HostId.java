package io.tidemark.repository.key;

import java.util.regex.Pattern;

/// A host's id: `host-` and 17 lower-case hexadecimal digits, random, never used again.
public record HostId(String text) implements Comparable<HostId> {
  private static final Pattern SYNTAX = Pattern.compile("host-[0-9a-f]{17}");

  public HostId {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "Not a host id: '" + text + "' (wanted host- and 17 of the digits 0-9a-f)");
    }
  }

  public static boolean isValid(String text) {
    return SYNTAX.matcher(text).matches();
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
