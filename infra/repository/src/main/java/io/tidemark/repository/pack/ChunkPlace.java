package io.tidemark.repository.pack;

/// A chunk of a volume and where it lies.
public record ChunkPlace(long chunk, Reference reference) {}
