package io.tidemark.agent.pipeline;

import io.tidemark.agent.cache.Fingerprinter;
import java.util.ArrayList;
import java.util.List;

/// A few neighbouring chunks that one worker deals with at a time, and what came of them. One
/// belongs to one thread after the other and is used again and again.
final class Batch {
  /// A leaf of the map, at most.
  static final int MOST_CHUNKS = 64;

  /// Its place among all batches; they enter the map in this order.
  long sequence;

  long firstChunk;
  int chunks;

  /// Bit i: chunk i may hold data; the others are zero without a look.
  long data;

  /// Bit i: chunk i is to be looked at; the others stay what they were.
  long wanted;

  /// Bit i: chunk i was reported as changed, where somebody has kept account.
  long reported;

  /// Whether `after` tells all fingerprints.
  boolean whole;

  /// Whether `before` tells the parent's fingerprints; else only the parent's map can.
  boolean known;

  final long[] before = new long[MOST_CHUNKS * Fingerprinter.WORDS];
  final long[] after = new long[MOST_CHUNKS * Fingerprinter.WORDS];

  /// Ascending.
  final List<Change> changes = new ArrayList<>();

  boolean isWanted(int chunk) {
    return (wanted >>> chunk & 1) != 0;
  }

  boolean isReported(int chunk) {
    return (reported >>> chunk & 1) != 0;
  }

  boolean mayHoldData(int chunk) {
    return (data >>> chunk & 1) != 0;
  }
}
