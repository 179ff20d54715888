package io.tidemark.repository.simulation;

import io.tidemark.repository.store.ObjectStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Requests on their way, whose senders have stopped waiting for them.
final class Network {
  /// Hears of every create that leaves a process, whatever becomes of it.
  interface Listener {
    void sent(Actor actor, String key, ByteBuffer body);
  }

  /// One request.
  record Message(Actor from, String key, boolean isCreate, ByteBuffer body) {
    @Override
    public String toString() {
      return (isCreate ? "CREATE " : "DELETE ") + Call.shown(key) + " of " + from;
    }
  }

  private final ObjectStore store;
  private final Listener listener;
  private final List<Message> messages = new ArrayList<>();

  Network(ObjectStore store, Listener listener) {
    this.store = store;
    this.listener = listener;
  }

  void sent(Actor actor, String key, ByteBuffer body) {
    listener.sent(actor, key, body);
  }

  void addCreate(Actor from, String key, ByteBuffer body) {
    ByteBuffer copy = ByteBuffer.allocate(body.remaining()).put(body.duplicate()).flip();
    messages.add(new Message(from, key, true, copy));
  }

  void addDelete(Actor from, String key) {
    messages.add(new Message(from, key, false, ByteBuffer.allocate(0)));
  }

  List<Message> messages() {
    return List.copyOf(messages);
  }

  /// Lets a request arrive; nobody hears of it.
  void land(Message message) {
    if (!messages.remove(message)) {
      throw new IllegalStateException("Not on its way: " + message);
    }
    if (message.isCreate()) {
      store.createIfAbsent(message.key(), message.body());
    } else {
      store.delete(List.of(message.key()));
    }
  }
}
