package io.tidemark.repository.store;

/// Whose bytes lie at a key, once that is certain.
public enum Settled {
  /// The bytes that were to be created lie there.
  OURS,
  /// Somebody else's lie there; they will stay.
  NOT_OURS
}
