package io.tidemark.repository.store;

/// What a create-if-absent came to.
public enum PutOutcome {
  CREATED,
  ALREADY_EXISTS
}
