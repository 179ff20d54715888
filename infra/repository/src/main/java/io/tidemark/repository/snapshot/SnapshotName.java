package io.tidemark.repository.snapshot;

import java.util.Locale;
import java.util.Optional;

/// The name or a tag's part of a snapshot: at most 128 characters, none a control character or one
/// that turns the direction of text, no white space at either end; "" for none.
public record SnapshotName(String text) {
  public static final int LONGEST = 128;

  public SnapshotName {
    if (text.codePointCount(0, text.length()) > LONGEST) {
      throw new IllegalArgumentException(
          "Not a name: "
              + text.codePointCount(0, text.length())
              + " characters (wanted at most "
              + LONGEST
              + ")");
    }
    fault(text)
        .ifPresent(
            fault -> {
              throw new IllegalArgumentException("Not a name: it has " + fault);
            });
    if (!text.strip().equals(text)) {
      throw new IllegalArgumentException("Not a name: it begins or ends with white space");
    }
  }

  /// What is wrong with the characters of a text that people name something by; empty when nothing
  /// is.
  public static Optional<String> fault(String text) {
    return text.codePoints().mapToObj(SnapshotName::fault).flatMap(Optional::stream).findFirst();
  }

  /// What is wrong with a character, for people; empty for one that may be in a name.
  private static Optional<String> fault(int c) {
    Optional<String> fault =
        Character.isISOControl(c)
            ? Optional.of("a control character")
            : isBidiControl(c)
                ? Optional.of("a character that turns the direction of text")
                : switch (Character.getType(c)) {
                  case Character.SURROGATE -> Optional.of("half a character");
                  case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                      Optional.of("a line break");
                  default -> Optional.empty();
                };
    return fault.map(what -> what + ", " + String.format(Locale.ROOT, "U+%04X", c));
  }

  /// Characters that turn the direction of text would make a name look like another.
  private static boolean isBidiControl(int c) {
    return c == 0x061C
        || c == 0x200E
        || c == 0x200F
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }

  @Override
  public String toString() {
    return text;
  }
}
