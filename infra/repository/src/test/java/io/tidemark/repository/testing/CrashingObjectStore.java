package io.tidemark.repository.testing;

import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;

/// Lets a number of calls through, then the process is dead.
public final class CrashingObjectStore extends GuardedObjectStore {
  private int left;

  /// The process died.
  public static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  public CrashingObjectStore(ObjectStore inner, int calls) {
    super(inner);
    left = calls;
  }

  @Override
  protected void before(StoreCall call) {
    if (left-- <= 0) {
      throw new Crash();
    }
  }
}
