package io.tidemark.repository.journal.volume;

import java.util.Locale;

/// Who wanted a snapshot.
public enum Origin {
  MANUAL,
  POLICY;

  /// The stored and shown form, lower case.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Throws [IllegalArgumentException] for a text that is none.
  public static Origin parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
