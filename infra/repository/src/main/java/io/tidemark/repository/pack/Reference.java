package io.tidemark.repository.pack;

import io.tidemark.repository.chunk.ChunkId;

/// A chunk, map node or pack list and where its frame lies: always both, so that no index is needed
/// to find it.
///
/// @param offsetBytes of the frame's first byte in the pack object
/// @param lengthBytes of the whole frame, its header included
public record Reference(ChunkId id, PackId pack, int offsetBytes, int lengthBytes) {
  public Reference {
    if (offsetBytes < 0 || lengthBytes <= 0) {
      throw new IllegalArgumentException("No frame: " + lengthBytes + " bytes at " + offsetBytes);
    }
  }
}
