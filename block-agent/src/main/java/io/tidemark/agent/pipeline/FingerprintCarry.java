package io.tidemark.agent.pipeline;

import io.tidemark.agent.cache.FingerprintReader;
import io.tidemark.agent.cache.FingerprintWriter;
import io.tidemark.agent.cache.Fingerprinter;
import java.io.IOException;

/// Carries fingerprints of chunks that were not looked at from the parent's file over to the new
/// one. For one thread at a time.
final class FingerprintCarry implements AutoCloseable {
  private static final int MOST_CHUNKS = Batch.MOST_CHUNKS;

  private final FingerprintReader parent;
  private final long[] words = new long[MOST_CHUNKS * Fingerprinter.WORDS];
  private long next;

  /// @param parent one of its own, of as many chunks
  FingerprintCarry(FingerprintReader parent) {
    this.parent = parent;
  }

  /// Carries all up to `chunk` (exclusive) that was not passed.
  ///
  /// @throws IOException also when the parent's file is damaged there
  void upTo(long chunk, FingerprintWriter into) throws IOException {
    while (next < chunk) {
      long from = parent.skipZeros(next, chunk);
      if (from >= chunk) {
        next = chunk;
        return;
      }
      from = Math.max(next, from / MOST_CHUNKS * MOST_CHUNKS);
      int count = (int) Math.min(MOST_CHUNKS - from % MOST_CHUNKS, chunk - from);
      if (!parent.read(from, count, words)) {
        throw new IOException("the parent's fingerprints are damaged");
      }
      into.put(from, count, words);
      next = from + count;
    }
  }

  /// Goes on behind `chunk` (exclusive): others have put what comes before.
  void pass(long chunk) {
    next = chunk;
  }

  @Override
  public void close() {
    parent.close();
  }
}
