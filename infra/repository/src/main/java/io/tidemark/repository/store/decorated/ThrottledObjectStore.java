package io.tidemark.repository.store.decorated;

import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;

/// Sends no faster than a [Bandwidth] allows. Objects up to 64 KiB, such as events and beats, wait
/// for nobody: they are what shows that the sender lives.
public final class ThrottledObjectStore extends ForwardingObjectStore {
  private static final int LARGEST_FREE_BYTES = 64 << 10;

  private final Bandwidth bandwidth;

  public ThrottledObjectStore(ObjectStore inner, Bandwidth bandwidth) {
    super(inner);
    this.bandwidth = bandwidth;
  }

  @Override
  public PutOutcome createIfAbsent(String key, ByteBuffer body) {
    if (body.remaining() > LARGEST_FREE_BYTES) {
      try {
        bandwidth.take(body.remaining());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreException.Unavailable(
            key, "Interrupted before " + key + " was sent; nothing was changed.", e);
      }
    }
    return super.createIfAbsent(key, body);
  }
}
