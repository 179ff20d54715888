package io.tidemark.functions.cbs.wire;

/// A text in both languages.
public record Words(String english, String chinese) {
  public String in(Language language) {
    return switch (language) {
      case ENGLISH -> english;
      case CHINESE -> chinese;
    };
  }
}
