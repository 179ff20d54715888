package io.tidemark.agent.command;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.ForwardingObjectStore;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A store that is bent for as long as a test wants it.
class BentStore extends ForwardingObjectStore {
  private final Set<String> flipped = ConcurrentHashMap.newKeySet();
  private volatile Predicate<String> denied = _ -> false;
  private volatile Predicate<String> lost = _ -> false;
  private volatile Consumer<String> beforeGet = _ -> {};

  BentStore(ObjectStore inner) {
    super(inner);
  }

  /// Every create of such a key is refused.
  void denyCreates(Predicate<String> keys) {
    denied = keys;
  }

  /// Every create of such a key gets no answer.
  void loseCreates(Predicate<String> keys) {
    lost = keys;
  }

  /// Every byte read of this object has one bit wrong.
  void flip(String key) {
    flipped.add(key);
  }

  void beforeGet(Consumer<String> step) {
    beforeGet = step;
  }

  @Override
  public PutOutcome createIfAbsent(String key, ByteBuffer body) {
    if (denied.test(key)) {
      throw new StoreException.Denied(key, "These credentials may not write " + key + ".", null);
    }
    if (lost.test(key)) {
      throw new StoreException.UnknownOutcome(key, "No answer about " + key + ".", null);
    }
    return super.createIfAbsent(key, body);
  }

  @Override
  public byte[] get(String key) {
    beforeGet.accept(key);
    return bent(key, super.get(key));
  }

  @Override
  public byte[] get(String key, ByteRange range) {
    beforeGet.accept(key);
    return bent(key, super.get(key, range));
  }

  private byte[] bent(String key, byte[] bytes) {
    if (flipped.contains(key)) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] ^= 1;
      }
    }
    return bytes;
  }
}
