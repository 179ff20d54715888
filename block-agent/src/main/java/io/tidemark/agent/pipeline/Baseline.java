package io.tidemark.agent.pipeline;

import io.tidemark.agent.cache.FingerprintReader;
import io.tidemark.repository.map.MapReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What the volume is compared with: the parent's fingerprints where there are whole ones, else its
/// map. Without a parent everything was zero. For one thread at a time; asked from the first chunk
/// to the last.
final class Baseline {
  private final long chunks;
  private final @Nullable MapReader map;
  private final @Nullable FingerprintReader fingerprints;
  private boolean whole = true;

  /// @param chunks of the parent; 0 without one
  /// @param map null without a parent
  /// @param fingerprints those of the parent, if there are any
  Baseline(long chunks, @Nullable MapReader map, @Nullable FingerprintReader fingerprints) {
    this.chunks = chunks;
    this.map = map;
    this.fingerprints = fingerprints;
  }

  /// Puts the fingerprints of the batch's chunks into it, where they are known.
  void describe(Batch batch) {
    batch.known = true;
    if (fingerprints != null) {
      batch.known = fingerprints.read(batch.firstChunk, batch.chunks, batch.before);
      whole &= batch.known;
    } else if (map != null && batch.firstChunk < chunks) {
      batch.known = false;
    } else {
      Arrays.fill(batch.before, 0);
    }
  }

  /// The first chunk in [`from`, `to`) that may not be zero in the parent; `to` when all are.
  long skipZeros(long from, long to) {
    if (fingerprints != null) {
      return fingerprints.skipZeros(from, to);
    }
    long end = Math.min(to, chunks);
    if (map == null || from >= end) {
      return to;
    }
    return map.first(from, end).orElse(to);
  }

  /// Whether no fingerprint that was asked for was damaged; to be asked at the end.
  boolean wasWhole() {
    return whole;
  }
}
