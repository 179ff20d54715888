package io.tidemark.agent.pipeline;

/// How a volume was read.
public sealed interface Scan {
  /// All of it.
  ///
  /// @param reason a clause for people; why nobody's account was relied on
  record Full(String reason) implements Scan {}

  /// What somebody had said has changed, and a sample of the rest that was as before.
  ///
  /// @param tracker who had kept account
  /// @param reportedBytes in chunks that it reported
  /// @param sampledChunks of the others, drawn by chance and compared
  record Tracked(String tracker, long reportedBytes, long sampledChunks) implements Scan {
    /// The share of unreported chunks that [#missChance] is about.
    public static final double WRONG_SHARE = 0.01;

    /// How likely the sample is to have missed it all, if one in a hundred of the chunks that were
    /// not reported had changed.
    public double missChance() {
      return Math.pow(1 - WRONG_SHARE, (double) sampledChunks);
    }
  }

  /// All of it, and what somebody had said was wrong.
  ///
  /// @param wrongOffsetBytes of a chunk that had changed and was not reported
  record Distrusted(String tracker, long wrongOffsetBytes) implements Scan {}
}
