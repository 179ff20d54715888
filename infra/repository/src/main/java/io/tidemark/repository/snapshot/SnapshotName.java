package io.tidemark.repository.snapshot;

/// The name or a tag's part of a snapshot: at most 128 characters, none a control character, no
/// white space at either end; "" for none.
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

  private static boolean isText(int c) {
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
