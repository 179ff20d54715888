package io.tidemark.repository.simulation;

/// The process is dead: nothing it does from here on reaches the store.
final class Killed extends Error {
  private static final long serialVersionUID = 1L;

  Killed() {
    super("killed", null, false, false);
  }
}
