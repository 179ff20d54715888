package io.tidemark.agent.pipeline;

import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.pack.Reference;

/// A chunk in one of this session's packs.
record StoredChunk(ChunkId id, Shipment shipment, int offsetBytes, int lengthBytes) {

  /// @throws IllegalStateException while its pack is not in the store
  Reference reference() {
    return new Reference(id, shipment.id(), offsetBytes, lengthBytes);
  }
}
