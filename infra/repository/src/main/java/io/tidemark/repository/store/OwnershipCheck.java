package io.tidemark.repository.store;

import java.nio.ByteBuffer;

/// Tells whether the object at a key is the one that its caller tried to create. What is to be
/// created has to hold something random of its own, or two writers of equal bytes both win.
@FunctionalInterface
public interface OwnershipCheck {

  /// @throws StoreException.Missing when the object has gone again
  boolean isOurs(ObjectStore store, String key);

  /// Reads the whole object and compares all of it with the remaining bytes of `body`, which must
  /// stay as they are: right for objects of some KiB.
  static OwnershipCheck sameBytes(ByteBuffer body) {
    return (store, key) -> ByteBuffer.wrap(store.get(key)).equals(body);
  }
}
