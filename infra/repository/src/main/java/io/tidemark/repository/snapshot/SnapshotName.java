package io.tidemark.repository.snapshot;

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
    if (!text.strip().equals(text)
        || text.codePoints().anyMatch(c -> Character.isISOControl(c) || !isText(c))) {
      throw new IllegalArgumentException(
          "Not a name: it has control characters, or white space at an end");
    }
  }

  /// Characters that turn the direction of text would make a name look like another.
  private static boolean isBidiControl(int c) {
    return c == 0x061C
        || c == 0x200E
        || c == 0x200F
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }

  private static boolean isText(int c) {
    if (isBidiControl(c)) {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
      default -> true;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
