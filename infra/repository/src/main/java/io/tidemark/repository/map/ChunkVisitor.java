package io.tidemark.repository.map;

import io.tidemark.repository.pack.Reference;

/// Is shown the chunks of a map that are not zero, in ascending order.
@FunctionalInterface
public interface ChunkVisitor {
  void chunk(long chunk, Reference reference);
}
