package io.tidemark.repository.key;

import java.util.random.RandomGenerator;

/// How the ids of one kind are written: a prefix, then 17 lower-case hexadecimal digits, random.
///
/// @param kind what they name, for messages
record IdSyntax(String prefix, String kind) {
  boolean isValid(String text) {
    return text.length() == prefix.length() + RandomDigits.DIGITS
        && text.startsWith(prefix)
        && text.chars().skip(prefix.length()).allMatch(IdSyntax::isDigit);
  }

  private static boolean isDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  /// @throws IllegalArgumentException when `text` is no id of this kind
  void require(String text) {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "Not a "
              + kind
              + " id: '"
              + text
              + "' (wanted "
              + prefix
              + " and "
              + RandomDigits.DIGITS
              + " of the digits 0-9a-f)");
    }
  }

  String random(RandomGenerator random) {
    return prefix + RandomDigits.draw(random);
  }
}
