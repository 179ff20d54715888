package io.tidemark.agent.flow;

import io.tidemark.agent.pipeline.ScanWish;
import io.tidemark.agent.quantity.TimeSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/// When all of a volume is read though its source keeps account of changes, which is checked by
/// that: a tracker may be wrong, and a sample finds out only what is wrong in many places.
public sealed interface FullScans {
  /// Where nobody says otherwise: every 30 days.
  static FullScans usual() {
    return new After(Duration.ofDays(30));
  }

  /// Each time.
  record Always() implements FullScans {}

  /// Once the last one is so long ago.
  record After(Duration span) implements FullScans {
    public After {
      if (span.isNegative() || span.isZero()) {
        throw new IllegalArgumentException("No time between full scans: " + span);
      }
    }
  }

  /// For one snapshot of so many.
  ///
  /// @param snapshots 2 or more
  record EachOf(long snapshots) implements FullScans {
    public EachOf {
      if (snapshots < 2) {
        throw new IllegalArgumentException("Not one of several: " + snapshots);
      }
    }
  }

  /// Only when the account cannot be relied on.
  record Never() implements FullScans {}

  /// Reads `30d`, a number of snapshots, `always` or `never`.
  ///
  /// @throws IllegalArgumentException when it is none of these
  static FullScans parse(String text) {
    return switch (text) {
      case "always", "1" -> new Always();
      case "never" -> new Never();
      case String number when Counts.SYNTAX.matcher(number).matches() ->
          new EachOf(Long.parseLong(number));
      case String span -> {
        try {
          yield new After(TimeSpan.parse(span));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "'"
                  + text
                  + "' (wanted a span of time like 30d, a number of snapshots like 50, always or"
                  + " never)",
              e);
        }
      }
    };
  }

  /// How much of a volume is to be read.
  ///
  /// @param now the instant of the new snapshot
  /// @param lastAt the instant of the last one for which all was read; empty when nobody knows
  /// @param since how many came after that one, the parent included
  default ScanWish wish(Instant now, Optional<Instant> lastAt, long since) {
    return switch (this) {
      case Always _ -> ScanWish.ALL;
      case After(Duration span) ->
          lastAt.isEmpty() || !now.isBefore(lastAt.get().plus(span))
              ? ScanWish.DUE
              : ScanWish.CHANGED;
      case EachOf(long snapshots) ->
          lastAt.isEmpty() || since >= snapshots - 1 ? ScanWish.DUE : ScanWish.CHANGED;
      case Never _ -> ScanWish.CHANGED;
    };
  }

  /// Keeps the pattern out of the interface.
  final class Counts {
    private static final Pattern SYNTAX = Pattern.compile("[1-9][0-9]{0,8}");

    private Counts() {}
  }
}
