package io.tidemark.repository.store.decorated;

/// The kinds of request that a store is ever sent.
public enum StoreCall {
  CREATE,
  GET,
  LIST,
  DELETE
}
