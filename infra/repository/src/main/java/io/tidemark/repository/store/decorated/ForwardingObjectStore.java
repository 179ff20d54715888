package io.tidemark.repository.store.decorated;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import java.nio.ByteBuffer;
import java.util.List;

/// Passes everything on: the ground that other wrappers stand on. Closing it closes what it wraps.
public abstract class ForwardingObjectStore implements ObjectStore {
  private final ObjectStore inner;

  protected ForwardingObjectStore(ObjectStore inner) {
    this.inner = inner;
  }

  @Override
  public PutOutcome createIfAbsent(String key, ByteBuffer body) {
    return inner.createIfAbsent(key, body);
  }

  @Override
  public byte[] get(String key) {
    return inner.get(key);
  }

  @Override
  public byte[] get(String key, ByteRange range) {
    return inner.get(key, range);
  }

  @Override
  public Listing list(String prefix, String startAfter, int max) {
    return inner.list(prefix, startAfter, max);
  }

  @Override
  public List<DeleteOutcome> delete(List<String> keys) {
    return inner.delete(keys);
  }

  @Override
  public String location() {
    return inner.location();
  }

  @Override
  public void close() {
    inner.close();
  }
}
