package io.tidemark.repository.volume;

import java.util.regex.Pattern;

/// The name of a volume: 1 to 63 letters, digits, `.`, `_` and `-`, the first a letter or a digit.
public record VolumeName(String text) {
  private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  public VolumeName {
    if (!SYNTAX.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "Not a volume name: '"
              + shown(text)
              + "' (wanted 1 to 63 letters, digits, '.', '_' and '-', beginning with a letter or a"
              + " digit)");
    }
  }

  private static String shown(String text) {
    String printable =
        text.codePoints()
            .limit(80)
            .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return printable.length() < text.length() ? printable + "…" : printable;
  }

  @Override
  public String toString() {
    return text;
  }
}
