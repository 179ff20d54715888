package io.tidemark.repository.store.decorated;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Counts requests and bytes by kind and by family of keys. Failed requests count as well: they
/// were made. The bytes of a create count once the store has answered it: of what an outage refuses
/// and what is sent again nothing else would tell how much.
///
/// A family is what a key holds, whichever volume it belongs to: `volumes/packs` for
/// `volumes/vol-…/packs/…`, `repository/journal`, else the key's first part (`snapshots`,
/// `tidemark.json`).
public final class CountingObjectStore extends ForwardingObjectStore {
  /// What one DELETE request carries at most.
  private static final int KEYS_A_DELETE = 1000;

  private final Map<Counted, Tally> tallies = new ConcurrentHashMap<>();

  private record Counted(StoreCall call, String family) {}

  public CountingObjectStore(ObjectStore inner) {
    super(inner);
  }

  /// Everything so far.
  public Tally tally() {
    return tallies.values().stream().reduce(Tally.NONE, Tally::plus);
  }

  public Tally tally(StoreCall call) {
    return tallies.entrySet().stream()
        .filter(each -> each.getKey().call() == call)
        .map(Map.Entry::getValue)
        .reduce(Tally.NONE, Tally::plus);
  }

  public Tally tally(StoreCall call, String family) {
    return tallies.getOrDefault(new Counted(call, family), Tally.NONE);
  }

  @Override
  public PutOutcome createIfAbsent(String key, ByteBuffer body) {
    long bytes = body.remaining();
    count(StoreCall.CREATE, key, new Tally(1, 0, 0));
    PutOutcome outcome = super.createIfAbsent(key, body);
    count(StoreCall.CREATE, key, new Tally(0, bytes, 0));
    return outcome;
  }

  @Override
  public byte[] get(String key) {
    return received(key, super::get);
  }

  @Override
  public byte[] get(String key, ByteRange range) {
    return received(key, k -> super.get(k, range));
  }

  @Override
  public Listing list(String prefix, String startAfter, int max) {
    count(StoreCall.LIST, prefix, new Tally(1, 0, 0));
    return super.list(prefix, startAfter, max);
  }

  @Override
  public List<DeleteOutcome> delete(List<String> keys) {
    for (int i = 0; i < keys.size(); i += KEYS_A_DELETE) {
      count(StoreCall.DELETE, keys.get(i), new Tally(1, 0, 0));
    }
    return super.delete(keys);
  }

  private interface Get {
    byte[] get(String key);
  }

  private byte[] received(String key, Get get) {
    count(StoreCall.GET, key, new Tally(1, 0, 0));
    byte[] bytes = get.get(key);
    count(StoreCall.GET, key, new Tally(0, 0, bytes.length));
    return bytes;
  }

  private void count(StoreCall call, String key, Tally tally) {
    tallies.merge(new Counted(call, family(key)), tally, Tally::plus);
  }

  private static String family(String key) {
    String[] parts = key.split("/", -1);
    return switch (parts[0]) {
      case "volumes" -> parts.length > 2 && !parts[2].isEmpty() ? "volumes/" + parts[2] : "volumes";
      case "repository" -> parts.length > 1 ? "repository/" + parts[1] : "repository";
      default -> parts[0];
    };
  }
}
