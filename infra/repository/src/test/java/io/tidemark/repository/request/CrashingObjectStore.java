package io.tidemark.repository.request;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.decorated.ForwardingObjectStore;
import java.nio.ByteBuffer;
import java.util.List;

/// Lets a number of calls through, then the process is dead.
public final class CrashingObjectStore extends ForwardingObjectStore {
  private int left;

  /// The process died.
  public static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  public CrashingObjectStore(ObjectStore inner, int calls) {
    super(inner);
    left = calls;
  }

  private void step() {
    if (left-- <= 0) {
      throw new Crash();
    }
  }

  @Override
  public PutOutcome createIfAbsent(String key, ByteBuffer body) {
    step();
    return super.createIfAbsent(key, body);
  }

  @Override
  public byte[] get(String key) {
    step();
    return super.get(key);
  }

  @Override
  public byte[] get(String key, ByteRange range) {
    step();
    return super.get(key, range);
  }

  @Override
  public Listing list(String prefix, String startAfter, int max) {
    step();
    return super.list(prefix, startAfter, max);
  }

  @Override
  public List<DeleteOutcome> delete(List<String> keys) {
    step();
    return super.delete(keys);
  }
}
