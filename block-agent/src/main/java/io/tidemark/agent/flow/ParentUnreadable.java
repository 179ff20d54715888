package io.tidemark.agent.flow;

import io.tidemark.repository.store.StoreException;

/// The session was ended because something that its parent reaches is missing or damaged.
final class ParentUnreadable extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient StoreException why;

  ParentUnreadable(StoreException why) {
    super(why);
    this.why = why;
  }

  StoreException why() {
    return why;
  }
}
