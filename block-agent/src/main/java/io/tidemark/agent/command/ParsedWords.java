package io.tidemark.agent.command;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Reads arguments that may be given several times. The parser itself stops at the first that it
/// cannot convert, and calls it superfluous rather than malformed.
final class ParsedWords {
  private ParsedWords() {}

  /// All of them, in order.
  ///
  /// @param parse throws [IllegalArgumentException] for what is malformed
  /// @throws UsageException naming each that is malformed
  static <T> List<T> of(List<String> words, Function<String, T> parse) {
    List<T> parsed = new ArrayList<>();
    List<String> malformed = new ArrayList<>();
    for (String word : words) {
      try {
        parsed.add(parse.apply(word));
      } catch (IllegalArgumentException e) {
        malformed.add(String.valueOf(e.getMessage()));
      }
    }
    if (!malformed.isEmpty()) {
      throw new UsageException(String.join("\n", malformed) + "\nNothing was changed.");
    }
    return parsed;
  }
}
