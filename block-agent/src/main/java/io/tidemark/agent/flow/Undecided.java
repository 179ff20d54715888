package io.tidemark.agent.flow;

import io.tidemark.repository.store.StoreException;

/// The commit was sent, and nobody knows what became of it.
final class Undecided extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient StoreException.UnknownOutcome why;

  Undecided(StoreException.UnknownOutcome why) {
    super(why);
    this.why = why;
  }

  StoreException.UnknownOutcome why() {
    return why;
  }
}
