package io.tidemark.functions.cbs.action;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Where everything here is: one repository is one region with one zone.
///
/// @param timeZone of times that are written without one
public record Place(String region, ZoneId timeZone) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  /// The one availability zone.
  String zone() {
    return region + "-1";
  }

  /// As the API writes times: `2026-11-21 18:15:30`.
  String time(Instant at) {
    return TIME.format(at.atZone(timeZone));
  }
}
