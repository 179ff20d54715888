package io.tidemark.agent.pipeline;

import org.jspecify.annotations.Nullable;

/// What a map position becomes.
///
/// @param stored null for zero
record Change(long chunk, @Nullable StoredChunk stored) {

  /// Whether the map may name it.
  boolean isDurable() {
    return stored == null || stored.shipment().hasArrived();
  }
}
