package io.tidemark.functions.cbs.wire;

import java.util.Locale;
import java.util.Optional;

/// In which errors are told.
public enum Language {
  ENGLISH,
  CHINESE;

  /// By the header `X-TC-Language`, English unless it asks for Chinese.
  public static Language of(Optional<String> header) {
    return header.filter(text -> text.strip().toLowerCase(Locale.ROOT).startsWith("zh")).isPresent()
        ? CHINESE
        : ENGLISH;
  }
}
