package io.tidemark.agent.command;

/// Text from elsewhere as it may be shown on a terminal.
final class Shown {
  private static final int LONGEST = 300;

  private Shown() {}

  /// The text without what moves a cursor or hides something, and not endless.
  static String of(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .map(c -> isShowable(c) ? c : '\uFFFD')
        .forEach(shown::appendCodePoint);
    return text.codePointCount(0, text.length()) > LONGEST ? shown + "…" : shown.toString();
  }

  /// All of a text of several lines, shown in the same way.
  static String lines(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .map(c -> c == '\n' || isShowable(c) ? c : '\uFFFD')
        .forEach(shown::appendCodePoint);
    return shown.toString();
  }

  private static boolean isShowable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
