package io.tidemark.agent.pipeline;

/// How much of a volume is to be read.
public enum ScanWish {
  /// What somebody says has changed, and a sample of the rest, where somebody has kept account.
  CHANGED,
  /// Everything; an account is only checked by it.
  ALL
}
