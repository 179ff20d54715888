package io.tidemark.agent.quantity;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Spans of time as people write them: `500ms`, `30s`, `5m`, `2h`, `30d`.
public final class TimeSpan {
  private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,9}) ?(ms|s|m|h|d)");

  private TimeSpan() {}

  /// Reads a number and its unit.
  ///
  /// @throws IllegalArgumentException when it is no span of time
  public static Duration parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Not a span of time: '" + text + "' (wanted one like 500ms, 30s, 5m, 2h or 30d)");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      case String _ -> Duration.ofDays(count);
    };
  }

  /// The largest unit that loses nothing down to milliseconds.
  public static String text(Duration span) {
    long millis = span.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 60 != 0 || seconds == 0) {
      return seconds + "s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds / 3600 + "h";
  }
}
