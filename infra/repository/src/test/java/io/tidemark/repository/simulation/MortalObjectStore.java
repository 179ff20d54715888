package io.tidemark.repository.simulation;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.decorated.ForwardingObjectStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The store of a process that dies at one of its calls: just before that one takes effect, or just
/// after. From then on nothing of it reaches the store. Every key of a DELETE is a call.
final class MortalObjectStore extends ForwardingObjectStore {
  /// When the process dies.
  enum Death {
    BEFORE_THE_CALL,
    AFTER_THE_CALL
  }

  private final long fatalCall;
  private final Death death;
  private long calls;
  private boolean dead;

  /// @param fatalCall counted from 1; 0 for a process that lives
  MortalObjectStore(ObjectStore inner, long fatalCall, Death death) {
    super(inner);
    this.fatalCall = fatalCall;
    this.death = death;
  }

  long calls() {
    return calls;
  }

  private <T> T call(Supplier<T> effect) {
    calls++;
    if (dead || (calls == fatalCall && death == Death.BEFORE_THE_CALL)) {
      dead = true;
      throw new Killed();
    }
    T answer = effect.get();
    if (calls == fatalCall) {
      dead = true;
      throw new Killed();
    }
    return answer;
  }

  @Override
  public PutOutcome createIfAbsent(String key, ByteBuffer body) {
    return call(() -> super.createIfAbsent(key, body));
  }

  @Override
  public byte[] get(String key) {
    return call(() -> super.get(key));
  }

  @Override
  public byte[] get(String key, ByteRange range) {
    return call(() -> super.get(key, range));
  }

  @Override
  public Listing list(String prefix, String startAfter, int max) {
    return call(() -> super.list(prefix, startAfter, max));
  }

  @Override
  public List<DeleteOutcome> delete(List<String> keys) {
    List<DeleteOutcome> outcomes = new ArrayList<>();
    for (String key : keys) {
      outcomes.addAll(call(() -> super.delete(List.of(key))));
    }
    return outcomes;
  }
}
