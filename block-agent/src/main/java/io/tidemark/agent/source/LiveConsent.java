package io.tidemark.agent.source;

/// Whether the user takes bytes that may change while they are read.
public enum LiveConsent {
  /// Only a volume that is proved idle.
  REFUSE_LIVE,
  /// Whatever is there, without looking for proof; the snapshot is marked `LIVE` for ever. Where
  /// the source has an instant without anybody being idle, that is taken.
  ALLOW_LIVE
}
