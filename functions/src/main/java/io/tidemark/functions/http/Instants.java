package io.tidemark.functions.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;

/// Reads times as RFC 3339 writes them.
final class Instants {
  private static final Pattern SYNTAX =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})");
  private static final Instant FIRST = Instant.EPOCH;
  private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

  private Instants() {}

  /// @throws IllegalArgumentException naming the field
  static Instant parse(String field, String text) {
    try {
      if (SYNTAX.matcher(text).matches()) {
        Instant instant = OffsetDateTime.parse(text).toInstant();
        if (!instant.isBefore(FIRST) && instant.isBefore(LAST)) {
          return instant;
        }
      }
    } catch (DateTimeException _) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "'" + field + "' is not a time like 2026-11-21T10:15:30Z, of 1970 to 2199");
  }
}
