package io.tidemark.functions.function;

import java.util.Map;

/// Reads `KEY=VALUE`.
final class TagFilter {
  private TagFilter() {}

  /// @throws IllegalArgumentException when it has no key
  static Map.Entry<String, String> parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("'tag' is not KEY=VALUE");
    }
    return Map.entry(text.substring(0, equals), text.substring(equals + 1));
  }
}
