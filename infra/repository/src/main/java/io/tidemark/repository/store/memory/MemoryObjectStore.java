package io.tidemark.repository.store.memory;

import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException.Missing;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Objects in memory. Refuses, as an [IllegalArgumentException], keys that some S3 server would
/// refuse or reorder: anything but letters, digits, `.`, `_`, `-` and single slashes, more than 900
/// characters, and a key that is a folder of another. Times are whole seconds, as in HTTP.
public final class MemoryObjectStore implements ObjectStore {
  /// S3 allows 1,024 bytes; the rest is left to the bucket's prefix.
  private static final int LONGEST_KEY = 900;

  private static final Pattern PART = Pattern.compile("[A-Za-z0-9._-]+");

  private final InstantSource clock;
  // Keys are ASCII, so the order of strings is the order of UTF-8 bytes.
  private final NavigableMap<String, Stored> objects = new TreeMap<>();

  private record Stored(ByteBuffer bytes, Instant lastModified) {}

  /// @param clock the store's own clock: of `Last-Modified` and of LIST answers
  public MemoryObjectStore(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized PutOutcome createIfAbsent(String key, ByteBuffer body) {
    requireKey(key);
    if (objects.containsKey(key)) {
      return PutOutcome.ALREADY_EXISTS;
    }
    requireNoFolder(key);
    byte[] bytes = new byte[body.remaining()];
    body.get(body.position(), bytes);
    objects.put(key, new Stored(ByteBuffer.wrap(bytes), now()));
    return PutOutcome.CREATED;
  }

  @Override
  public synchronized byte[] get(String key) {
    return stored(key).bytes().array().clone();
  }

  @Override
  public synchronized byte[] get(String key, ByteRange range) {
    byte[] bytes = stored(key).bytes().array();
    if (range.offsetBytes() >= bytes.length) {
      throw new Missing(
          key, key + " in " + location() + " has " + bytes.length + " bytes, none of " + range);
    }
    int from = (int) range.offsetBytes();
    return Arrays.copyOfRange(
        bytes, from, (int) Math.min(bytes.length, (long) from + range.lengthBytes()));
  }

  @Override
  public synchronized Listing list(String prefix, String startAfter, int max) {
    if (max < 1 || max > 1000) {
      throw new IllegalArgumentException("A LIST takes 1 to 1,000 keys, not " + max);
    }
    List<Listing.Entry> entries = new ArrayList<>();
    boolean truncated = false;
    String from = startAfter.compareTo(prefix) < 0 ? prefix : startAfter;
    boolean inclusive = !from.equals(startAfter) || startAfter.isEmpty();
    for (Map.Entry<String, Stored> each : objects.tailMap(from, inclusive).entrySet()) {
      if (!each.getKey().startsWith(prefix)) {
        break;
      }
      if (entries.size() == max) {
        truncated = true;
        break;
      }
      Stored stored = each.getValue();
      entries.add(
          new Listing.Entry(each.getKey(), stored.bytes().capacity(), stored.lastModified()));
    }
    return new Listing(entries, truncated, now());
  }

  @Override
  public synchronized List<DeleteOutcome> delete(List<String> keys) {
    List<DeleteOutcome> outcomes = new ArrayList<>(keys.size());
    for (String key : keys) {
      requireKey(key);
      objects.remove(key);
      outcomes.add(new DeleteOutcome.Deleted(key));
    }
    return outcomes;
  }

  @Override
  public String location() {
    return "memory";
  }

  @Override
  public void close() {}

  private Stored stored(String key) {
    requireKey(key);
    Stored stored = objects.get(key);
    if (stored == null) {
      throw new Missing(key, "There is no " + key + " in " + location());
    }
    return stored;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private static void requireKey(String key) {
    if (key.isEmpty() || key.length() > LONGEST_KEY) {
      throw new IllegalArgumentException("No key: " + key.length() + " characters");
    }
    for (String part : key.split("/", -1)) {
      if (!PART.matcher(part).matches() || part.equals(".") || part.equals("..")) {
        throw new IllegalArgumentException("No key: '" + key + "'");
      }
    }
  }

  private void requireNoFolder(String key) {
    String inside = objects.ceilingKey(key + "/");
    if (inside != null && inside.startsWith(key + "/")) {
      throw new IllegalArgumentException("'" + key + "' is a folder of '" + inside + "'");
    }
    for (int slash = key.indexOf('/'); slash > 0; slash = key.indexOf('/', slash + 1)) {
      if (objects.containsKey(key.substring(0, slash))) {
        throw new IllegalArgumentException(
            "'" + key.substring(0, slash) + "' would be a folder of '" + key + "'");
      }
    }
  }
}
