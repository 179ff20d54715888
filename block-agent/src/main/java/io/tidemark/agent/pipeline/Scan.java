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
  record Tracked(String tracker, long reportedBytes, long sampledChunks) implements Scan {}

  /// All of it, and what somebody had said was wrong.
  ///
  /// @param wrongOffsetBytes of a chunk that had changed and was not reported
  record Distrusted(String tracker, long wrongOffsetBytes) implements Scan {}
}
