package io.tidemark.agent.pipeline;

/// How much of a volume is to be read.
public enum ScanWish {
  /// What somebody says has changed, and a sample of the rest, where somebody has kept account.
  CHANGED,
  /// Everything, because somebody asks for that; an account is only checked by it.
  ALL,
  /// The same, because it is time for it.
  DUE
}
