package io.tidemark.repository.testing;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.decorated.ForwardingObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import java.nio.ByteBuffer;
import java.util.List;

/// Asks a test before every call, which goes through unless that throws.
public abstract class GuardedObjectStore extends ForwardingObjectStore {
  protected GuardedObjectStore(ObjectStore inner) {
    super(inner);
  }

  /// Lets the call pass, or throws in its place.
  protected abstract void before(StoreCall call);

  @Override
  public PutOutcome createIfAbsent(String key, ByteBuffer body) {
    before(StoreCall.CREATE);
    return super.createIfAbsent(key, body);
  }

  @Override
  public byte[] get(String key) {
    before(StoreCall.GET);
    return super.get(key);
  }

  @Override
  public byte[] get(String key, ByteRange range) {
    before(StoreCall.GET);
    return super.get(key, range);
  }

  @Override
  public Listing list(String prefix, String startAfter, int max) {
    before(StoreCall.LIST);
    return super.list(prefix, startAfter, max);
  }

  @Override
  public List<DeleteOutcome> delete(List<String> keys) {
    before(StoreCall.DELETE);
    return super.delete(keys);
  }
}
