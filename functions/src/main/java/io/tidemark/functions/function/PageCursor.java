package io.tidemark.functions.function;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Where a page of a list ends: the key of the last thing shown, which may be gone by the time of
/// the next.
///
/// @param list whose cursor it is
record PageCursor(String list, String last) {
  private static final int LONGEST = 400;

  /// @throws IllegalArgumentException when it is none that [#text] made for that list
  static PageCursor parse(String list, String text) {
    if (text.length() <= LONGEST) {
      try {
        String plain =
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(text)))
                .toString();
        if (plain.startsWith(list + ":")) {
          return new PageCursor(list, plain.substring(list.length() + 1));
        }
      } catch (IllegalArgumentException | CharacterCodingException _) {
        // Told below, in one way for all that is no cursor.
      }
    }
    throw new IllegalArgumentException(
        "'cursor' is none that an answer gave as 'next'. Leave it out to begin anew.");
  }

  String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((list + ":" + last).getBytes(StandardCharsets.UTF_8));
  }
}
