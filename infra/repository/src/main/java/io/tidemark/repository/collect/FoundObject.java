package io.tidemark.repository.collect;

/// An object of a volume as a LIST shows it.
///
/// @param session number of the session or hold in its key
/// @param k of a pack; 0 for a beat
public record FoundObject(String key, long session, int k, long sizeBytes) {}
