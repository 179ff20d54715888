package io.tidemark.functions.console.view;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The languages of the console.
public enum Language {
  EN("en", "English"),
  JA("ja", "日本語"),
  KO("ko", "한국어"),
  PT_BR("pt-BR", "Português (Brasil)"),
  ID("id", "Bahasa Indonesia"),
  ZH_HANS("zh-Hans", "简体中文");

  private final String tag;
  private final String ownName;

  Language(String tag, String ownName) {
    this.tag = tag;
    this.ownName = ownName;
  }

  /// As `lang` in HTML has it.
  public String tag() {
    return tag;
  }

  /// What those who speak it call it.
  public String ownName() {
    return ownName;
  }

  public Locale locale() {
    return Locale.forLanguageTag(tag);
  }

  /// The one with that tag.
  public static Optional<Language> find(String tag) {
    return List.of(values()).stream().filter(language -> language.tag.equals(tag)).findFirst();
  }

  /// The first that a browser asks for of those that there are; English for none.
  ///
  /// @param accept the value of `Accept-Language`
  public static Language preferred(String accept) {
    List<Locale.LanguageRange> ranges;
    try {
      ranges = Locale.LanguageRange.parse(accept);
    } catch (IllegalArgumentException e) {
      return EN;
    }
    return ranges.stream()
        .filter(range -> range.getWeight() > 0)
        .sorted(Comparator.comparingDouble(Locale.LanguageRange::getWeight).reversed())
        .flatMap(range -> ofPrimary(range.getRange()).stream())
        .findFirst()
        .orElse(EN);
  }

  private static Optional<Language> ofPrimary(String range) {
    String primary = range.split("-", -1)[0];
    return List.of(values()).stream()
        .filter(language -> language.locale().getLanguage().equals(primary))
        .findFirst();
  }
}
