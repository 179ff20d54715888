package io.tidemark.repository.key;

import java.util.regex.Pattern;

/// A volume's id: `vol-` and 17 lower-case hexadecimal digits, random, never used again.
public record VolumeId(String text) implements Comparable<VolumeId> {
  private static final Pattern SYNTAX = Pattern.compile("vol-[0-9a-f]{17}");

  public VolumeId {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "Not a volume id: '" + text + "' (wanted vol- and 17 of the digits 0-9a-f)");
    }
  }

  public static boolean isValid(String text) {
    return SYNTAX.matcher(text).matches();
  }

  @Override
  public int compareTo(VolumeId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
