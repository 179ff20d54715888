package io.tidemark.repository.journal.volume;

import java.time.Instant;
import java.util.Optional;

/// How the writer of a snapshot found out what had changed in its volume.
public sealed interface ScanFacts {
  /// The share of the chunks that nobody reported which [#missChance] is about.
  double WRONG_SHARE = 0.01;

  /// All was read.
  ///
  /// @param reason a clause for people: why no account of changes was relied on; "" where nobody
  ///   keeps one
  record Full(String reason) implements ScanFacts {}

  /// What somebody had said has changed was read, and a sample of the rest, which was as before.
  ///
  /// @param tracker who had kept account, for people
  /// @param reportedBytes in chunks that it reported
  /// @param sampledChunks of the others, drawn by chance and compared
  /// @param fullScanAt the instant of the last snapshot for which all was read; empty when nobody
  ///   knows
  /// @param sinceFullScan snapshots since that one, this one included; at least 1
  record Tracked(
      String tracker,
      long reportedBytes,
      long sampledChunks,
      Optional<Instant> fullScanAt,
      long sinceFullScan)
      implements ScanFacts {
    /// How likely the sample is to have missed it all, if one in a hundred of the chunks that were
    /// not reported had changed.
    public double missChance() {
      return ScanFacts.missChance(sampledChunks);
    }
  }

  /// All was read, and what somebody had said was wrong.
  ///
  /// @param tracker who had kept account, for people
  /// @param wrongOffsetBytes of a chunk that had changed and was not reported
  record Distrusted(String tracker, long wrongOffsetBytes) implements ScanFacts {}

  /// How likely so many chunks, drawn by chance, are all as before though [#WRONG_SHARE] of those
  /// that they were drawn from have changed. In truth a little less likely: none is drawn twice.
  static double missChance(long sampledChunks) {
    return Math.pow(1 - WRONG_SHARE, (double) sampledChunks);
  }
}
