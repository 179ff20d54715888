package io.tidemark.agent.pipeline;

/// What came of a volume's chunks.
///
/// @param readBytes of the volume
/// @param changedBytes of chunks that differ from the parent's at their position, zero counting
///   like any other content
/// @param storedBytes of the frames added to packs
/// @param readChunks all that were not taken for zero unseen
/// @param changedChunks those of `changedBytes`
/// @param storedChunks changed ones whose content went into a pack
/// @param reusedChunks changed ones whose content was in this session's packs already
/// @param zeroedChunks changed ones that are zero now
public record Counts(
    long readBytes,
    long changedBytes,
    long storedBytes,
    long readChunks,
    long changedChunks,
    long storedChunks,
    long reusedChunks,
    long zeroedChunks) {

  static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0);

  Counts plus(Counts more) {
    return new Counts(
        readBytes + more.readBytes,
        changedBytes + more.changedBytes,
        storedBytes + more.storedBytes,
        readChunks + more.readChunks,
        changedChunks + more.changedChunks,
        storedChunks + more.storedChunks,
        reusedChunks + more.reusedChunks,
        zeroedChunks + more.zeroedChunks);
  }
}
