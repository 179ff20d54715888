package io.tidemark.repository.policy;

import java.time.ZonedDateTime;
import java.util.Optional;

/// When something is due, as clocks on the wall show it: in UTC, whatever zone they hang in.
interface WallTimes {
  /// The last one before that; empty when there never was one.
  Optional<ZonedDateTime> last(ZonedDateTime before);

  /// The first one after that; empty when there is none any more.
  Optional<ZonedDateTime> next(ZonedDateTime after);
}
