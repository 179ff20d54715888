package io.tidemark.repository.store;

/// What became of one key of a DELETE.
public sealed interface DeleteOutcome {
  String key();

  record Deleted(String key) implements DeleteOutcome {}

  /// @param reason the store's words for it
  record NotDeleted(String key, String reason) implements DeleteOutcome {}
}
