package io.tidemark.agent.source;

import java.util.Optional;

/// What a source says has changed since the parent.
public sealed interface Changes {
  /// Nobody kept account, or nobody can be sure of it: everything is read.
  ///
  /// @param reason a clause for people
  record Unknown(String reason) implements Changes {}

  /// Somebody kept account from the parent's instant to this one.
  ///
  /// @param tracker that did, for people and for the snapshot's facts
  record Known(String tracker, Extents extents) implements Changes {}

  /// Stretches of a volume, in order.
  @FunctionalInterface
  interface Extents {
    /// The first one that ends behind `fromBytes`, cut to begin there; empty when none follows. Two
    /// may touch.
    Optional<Extent> next(long fromBytes) throws SourceException;
  }
}
