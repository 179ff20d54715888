package io.tidemark.repository.simulation;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException.Unavailable;
import io.tidemark.repository.store.StoreException.UnknownOutcome;
import io.tidemark.repository.store.decorated.ForwardingObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The store as one process sees it: every call, and every key of a DELETE, waits for a verdict.
/// Calls by other threads than the process's own go through: they set the stage.
final class GatedObjectStore extends ForwardingObjectStore {
  private final Actor actor;
  private final Network network;

  GatedObjectStore(ObjectStore inner, Actor actor, Network network) {
    super(inner);
    this.actor = actor;
    this.network = network;
  }

  private Verdict stop(StoreCall kind, String key) {
    return actor.isThis() ? actor.stop(new Call(kind, key)) : Verdict.DONE;
  }

  @Override
  public PutOutcome createIfAbsent(String key, ByteBuffer body) {
    return switch (stop(StoreCall.CREATE, key)) {
      case DONE -> {
        network.sent(actor, key, body);
        yield super.createIfAbsent(key, body);
      }
      case DONE_TWICE -> {
        network.sent(actor, key, body);
        network.addCreate(actor, key, body);
        yield super.createIfAbsent(key, body);
      }
      case REPLY_LOST -> {
        network.sent(actor, key, body);
        PutOutcome answer = super.createIfAbsent(key, body);
        throw new UnknownOutcome(
            key, "The answer (" + answer + ") for " + key + " was lost.", null);
      }
      case LATE -> {
        network.sent(actor, key, body);
        network.addCreate(actor, key, body);
        throw new UnknownOutcome(key, "No answer for " + key + ".", null);
      }
      case UNAVAILABLE, SPOILED -> throw unavailable(key);
      case KILLED -> throw new Killed();
    };
  }

  @Override
  public byte[] get(String key) {
    return read(StoreCall.GET, key, () -> super.get(key));
  }

  @Override
  public byte[] get(String key, ByteRange range) {
    return read(StoreCall.GET, key, () -> super.get(key, range));
  }

  @Override
  public Listing list(String prefix, String startAfter, int max) {
    return read(StoreCall.LIST, prefix, () -> super.list(prefix, startAfter, max));
  }

  @Override
  public List<DeleteOutcome> delete(List<String> keys) {
    List<DeleteOutcome> outcomes = new ArrayList<>();
    for (String key : keys) {
      switch (stop(StoreCall.DELETE, key)) {
        case DONE -> outcomes.addAll(super.delete(List.of(key)));
        case DONE_TWICE -> {
          network.addDelete(actor, key);
          outcomes.addAll(super.delete(List.of(key)));
        }
        case REPLY_LOST -> {
          outcomes.addAll(super.delete(List.of(key)));
          throw unavailable(key);
        }
        case LATE -> {
          network.addDelete(actor, key);
          throw unavailable(key);
        }
        case UNAVAILABLE -> throw unavailable(key);
        case SPOILED -> outcomes.add(new DeleteOutcome.NotDeleted(key, "InternalError"));
        case KILLED -> throw new Killed();
      }
    }
    return outcomes;
  }

  private <T> T read(StoreCall kind, String key, Supplier<T> call) {
    return switch (stop(kind, key)) {
      case DONE, DONE_TWICE -> call.get();
      case REPLY_LOST, LATE, UNAVAILABLE -> throw unavailable(key);
      case SPOILED -> spoiled(call.get());
      case KILLED -> throw new Killed();
    };
  }

  private static <T> T spoiled(T answer) {
    if (answer instanceof byte[] bytes && bytes.length > 0) {
      bytes[bytes.length / 2] ^= 0x10;
    }
    return answer;
  }

  private static Unavailable unavailable(String key) {
    return new Unavailable(key, "The store did not answer for " + key + ".", null);
  }
}
