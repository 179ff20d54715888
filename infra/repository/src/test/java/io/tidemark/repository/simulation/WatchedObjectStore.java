package io.tidemark.repository.simulation;

import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.decorated.ForwardingObjectStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/// Tells what changes, after it has.
final class WatchedObjectStore extends ForwardingObjectStore {
  private final Consumer<String> created;
  private final Consumer<String> deleted;

  WatchedObjectStore(ObjectStore inner, Consumer<String> created, Consumer<String> deleted) {
    super(inner);
    this.created = created;
    this.deleted = deleted;
  }

  @Override
  public PutOutcome createIfAbsent(String key, ByteBuffer body) {
    PutOutcome outcome = super.createIfAbsent(key, body);
    if (outcome == PutOutcome.CREATED) {
      created.accept(key);
    }
    return outcome;
  }

  @Override
  public List<DeleteOutcome> delete(List<String> keys) {
    List<String> there =
        keys.stream().filter(key -> !list(key, "", 1).entries().isEmpty()).toList();
    List<DeleteOutcome> outcomes = super.delete(keys);
    there.forEach(deleted);
    return outcomes;
  }
}
