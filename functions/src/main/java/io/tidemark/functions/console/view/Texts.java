package io.tidemark.functions.console.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.NumberFormat;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/// Texts, numbers and times as one language writes them.
public final class Texts {
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");
  private static final Map<Language, Map<String, String>> BUNDLES = new ConcurrentHashMap<>();

  private final Language language;
  private final ZoneId zone;
  private final Map<String, String> bundle;

  /// @param zone in which times are told
  public Texts(Language language, ZoneId zone) {
    this.language = language;
    this.zone = zone;
    this.bundle = bundle(language);
  }

  /// Every text of a language by its key.
  static Map<String, String> bundle(Language language) {
    return BUNDLES.computeIfAbsent(language, Texts::load);
  }

  private static Map<String, String> load(Language language) {
    String name = "texts_" + language.tag() + ".properties";
    try (InputStream in = Texts.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing in this build");
      }
      Properties properties = new Properties();
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
      Map<String, String> texts = new ConcurrentHashMap<>();
      properties.forEach((key, text) -> texts.put(String.valueOf(key), String.valueOf(text)));
      return Map.copyOf(texts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Language language() {
    return language;
  }

  public ZoneId zone() {
    return zone;
  }

  /// Whether there is a text under that key.
  public Optional<String> find(String key, Object... arguments) {
    return Optional.ofNullable(bundle.get(key)).map(text -> filled(text, arguments));
  }

  /// The text under a key, with `{0}`, `{1}` … replaced.
  ///
  /// @throws IllegalArgumentException when there is none
  public String text(String key, Object... arguments) {
    return find(key, arguments)
        .orElseThrow(() -> new IllegalArgumentException("No text is called " + key));
  }

  private static String filled(String text, Object[] arguments) {
    StringBuilder filled = new StringBuilder(text.length() + 32);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{' && i + 2 < text.length() && text.charAt(i + 2) == '}') {
        filled.append(arguments[text.charAt(i + 1) - '0']);
        i += 2;
      } else {
        filled.append(c);
      }
    }
    return filled.toString();
  }

  public String number(long number) {
    return NumberFormat.getIntegerInstance(language.locale()).format(number);
  }

  /// Bytes in binary units with one digit behind the point: `1.5 GiB`.
  public String size(long bytes) {
    int unit = 0;
    double size = bytes;
    while (size >= 1024 && unit < UNITS.size() - 1) {
      size /= 1024;
      unit++;
    }
    NumberFormat format = NumberFormat.getNumberInstance(language.locale());
    format.setMaximumFractionDigits(size < 100 && unit > 0 ? 1 : 0);
    return format.format(size) + "\u00A0" + UNITS.get(unit);
  }

  /// A share of 1: `42%`.
  public String percent(double share) {
    return NumberFormat.getPercentInstance(language.locale()).format(share);
  }

  /// Day and time of day.
  public String time(Instant at) {
    return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
        .withLocale(language.locale())
        .withZone(zone)
        .format(at);
  }

  /// Day and time of day to the second.
  public String exactTime(Instant at) {
    return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.MEDIUM)
        .withLocale(language.locale())
        .withZone(zone)
        .format(at);
  }

  /// A length of time in its two largest units.
  public String span(Duration span) {
    long seconds = Math.max(0, span.toSeconds());
    if (seconds < 60) {
      return text("span.seconds", number(seconds));
    }
    if (seconds < 3_600) {
      return two("minutes", seconds, 60, 1);
    }
    if (seconds < 86_400) {
      return two("hours", seconds, 3_600, 60);
    }
    return two("days", seconds, 86_400, 3_600);
  }

  /// A length of time that somebody has set: up to three days in hours, where it has whole ones.
  public String window(Duration span) {
    return span.compareTo(Duration.ofDays(3)) < 0 && span.toSeconds() % 3_600 == 0
        ? text("span.whole-hours", number(span.toHours()))
        : span(span);
  }

  private String two(String unit, long seconds, long large, long small) {
    String many = number(seconds / large);
    long few = seconds % large / small;
    return few == 0 ? text("span.whole-" + unit, many) : text("span." + unit, many, number(few));
  }

  /// Names of the days of the week, from Monday.
  public List<String> weekdays() {
    return List.of(DayOfWeek.values()).stream()
        .map(day -> day.getDisplayName(TextStyle.SHORT_STANDALONE, language.locale()))
        .toList();
  }
}
