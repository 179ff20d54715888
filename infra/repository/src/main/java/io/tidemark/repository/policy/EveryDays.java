package io.tidemark.repository.policy;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Every so many days from a first time on, as ISO 8601 writes it: `R/2026-11-21T02:00/P3D`.
///
/// @param first to the minute
/// @param days 1 to 999
record EveryDays(LocalDateTime first, int days) implements WallTimes {
  /// Of every expression that is one; no cron expression begins so.
  static final String BEGINNING = "R/";

  private static final Pattern SYNTAX =
      Pattern.compile("R/([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})/P([1-9][0-9]{0,2})D");

  /// @throws IllegalArgumentException with what is wrong, for people
  static EveryDays parse(String expression) {
    Matcher matcher = SYNTAX.matcher(expression);
    if (matcher.matches()) {
      try {
        return new EveryDays(
            LocalDateTime.parse(matcher.group(1)), Integer.parseInt(matcher.group(2)));
      } catch (DateTimeException _) {
        // Told below.
      }
    }
    throw new IllegalArgumentException(
        "Not a repeating interval: '"
            + expression
            + "' (wanted a first time and 1 to 999 days, like R/2026-11-21T02:00/P3D)");
  }

  @Override
  public Optional<ZonedDateTime> last(ZonedDateTime before) {
    LocalDateTime end = before.toLocalDateTime();
    if (!end.isAfter(first)) {
      return Optional.empty();
    }
    // What is due at that very time does not count.
    long passed = ChronoUnit.DAYS.between(first, end.minusNanos(1));
    return at(passed / days);
  }

  @Override
  public Optional<ZonedDateTime> next(ZonedDateTime after) {
    LocalDateTime begin = after.toLocalDateTime();
    return begin.isBefore(first) ? at(0) : at(ChronoUnit.DAYS.between(first, begin) / days + 1);
  }

  private Optional<ZonedDateTime> at(long period) {
    return Optional.of(first.plusDays(period * days).atZone(ZoneOffset.UTC));
  }
}
