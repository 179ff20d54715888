package io.tidemark.repository.index;

import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.store.KeyWalk;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads lists and totals from the index, in requests that depend on what is shown and not on how
/// much there is.
public final class IndexReader {
  /// The word of snapshots that are no more.
  static final String REMOVED = "REMOVED";

  private static final Logger LOG = LoggerFactory.getLogger(IndexReader.class);
  private static final int KEYS_A_LIST = 1000;
  private static final int MOST_LISTS = 10;
  private static final int MOST_ROWS_READ = 200;
  private static final int LISTED_AT_ONCE = 4;

  /// Sorts behind all that a folder may hold.
  private static final String BEHIND = "~";

  private final ObjectStore store;

  public IndexReader(ObjectStore store) {
    this.store = store;
  }

  /// Part of a list.
  ///
  /// @param next where to go on; empty at the end. A page may be short, even empty, and still have
  ///   one: looking for few among many stops now and then
  public record Page(List<IndexRow> rows, Optional<Cursor> next) {
    public Page {
      rows = List.copyOf(rows);
    }
  }

  /// One object under `index/created/`.
  ///
  /// @param number of the event that the row is of
  /// @param word of the state that it left
  public record RowKey(String folder, SnapshotId snapshot, long number, String word) {
    String key() {
      return ObjectKeys.CREATED + folder + "/" + ObjectKeys.descending(number) + "-" + word;
    }

    /// What a key says; empty for one that is none.
    static Optional<RowKey> parse(String key) {
      String[] path = key.split("/", -1);
      if (path.length != 4 || path[3].length() < 22 || path[3].charAt(20) != '-') {
        return Optional.empty();
      }
      try {
        Cursor place = new Cursor(path[2]);
        return Optional.of(
            new RowKey(
                place.folder(),
                new SnapshotId(place.folder().substring(14)),
                ObjectKeys.ascending(path[3].substring(0, 20)),
                path[3].substring(21)));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }

  /// At most `limit` (1 to 1,000) snapshots of all volumes, the newest first.
  public Page page(SnapshotQuery query, Optional<Cursor> after, int limit) {
    List<IndexRow> rows = new ArrayList<>();
    String from = start(query, after);
    String last = query.from().map(ObjectKeys::moment).orElse(BEHIND);
    int lists = 0;
    int read = 0;
    String folder = after.map(Cursor::folder).orElse("");
    while (lists++ < MOST_LISTS) {
      Listing listing = store.list(ObjectKeys.CREATED, from, KEYS_A_LIST);
      List<RowKey> candidates = new ArrayList<>();
      boolean past = false;
      for (Listing.Entry entry : listing.entries()) {
        Optional<RowKey> key = RowKey.parse(entry.key());
        if (key.isEmpty() || key.get().folder().equals(folder)) {
          // An older row of the same snapshot, or nobody's.
          continue;
        }
        past = key.get().folder().compareTo(last + BEHIND) > 0;
        if (past) {
          break;
        }
        folder = key.get().folder();
        candidates.add(key.get());
      }
      for (int i = 0; i < candidates.size(); ) {
        int wanted = limit - rows.size();
        List<RowKey> next = new ArrayList<>();
        while (i < candidates.size() && next.size() < wanted) {
          RowKey candidate = candidates.get(i++);
          if (query.states().contains(candidate.word())) {
            next.add(candidate);
          }
        }
        read += next.size();
        next.parallelStream()
            .map(this::row)
            .flatMap(Optional::stream)
            .filter(row -> query.takes(row.entry()))
            .forEachOrdered(rows::add);
        boolean enough = rows.size() == limit || read >= MOST_ROWS_READ;
        boolean more = i < candidates.size() || (!past && listing.truncated());
        if (enough && more) {
          return new Page(rows, Optional.of(new Cursor(candidates.get(i - 1).folder())));
        }
      }
      if (past || !listing.truncated()) {
        return new Page(rows, Optional.empty());
      }
      from = folder.isEmpty() ? listing.entries().getLast().key() : behind(folder);
    }
    return new Page(rows, folder.isEmpty() ? Optional.empty() : Optional.of(new Cursor(folder)));
  }

  /// The newest row of every snapshot in these states, the newest snapshot first; nothing is read
  /// but keys. A request a thousand objects.
  public List<RowKey> keys(Set<String> states) {
    List<RowKey> keys = new ArrayList<>();
    String from = "";
    String folder = "";
    Listing listing;
    do {
      listing = store.list(ObjectKeys.CREATED, from, KEYS_A_LIST);
      for (Listing.Entry entry : listing.entries()) {
        from = entry.key();
        Optional<RowKey> key = RowKey.parse(from);
        if (key.isPresent() && !key.get().folder().equals(folder)) {
          folder = key.get().folder();
          if (states.contains(key.get().word())) {
            keys.add(key.get());
          }
        }
      }
    } while (listing.truncated());
    return keys;
  }

  /// Where a list begins: behind the cursor, and behind all that came too late.
  private static String start(SnapshotQuery query, Optional<Cursor> after) {
    String late =
        query
            .until()
            .map(end -> ObjectKeys.CREATED + ObjectKeys.moment(lastBefore(end)))
            .orElse("");
    String behind = after.map(cursor -> behind(cursor.folder())).orElse("");
    return late.compareTo(behind) > 0 ? late : behind;
  }

  /// The last moment before `end` that a key can tell from it.
  private static Instant lastBefore(Instant end) {
    return end.minusNanos(1);
  }

  private static String behind(String folder) {
    return ObjectKeys.CREATED + folder + "/" + BEHIND;
  }

  /// The row; of a snapshot whose row was cleared away under our hands, the one that stands now.
  public Optional<IndexRow> row(RowKey key) {
    try {
      return read(key.key());
    } catch (StoreException.Missing e) {
      LOG.debug("{} has gone, looking again", key.key());
    }
    try {
      Optional<RowKey> now =
          store.list(ObjectKeys.CREATED + key.folder() + "/", "", LISTED_AT_ONCE).entries().stream()
              .flatMap(entry -> RowKey.parse(entry.key()).stream())
              .findFirst();
      return now.isEmpty() || now.get().word().equals(REMOVED)
          ? Optional.empty()
          : read(now.get().key());
    } catch (StoreException.Missing e) {
      return Optional.empty();
    }
  }

  /// An unreadable row hides one snapshot from lists and harms nothing.
  private Optional<IndexRow> read(String key) {
    byte[] bytes = store.get(key);
    try {
      return Optional.of(IndexRowCodec.decode(bytes));
    } catch (MalformedException e) {
      LOG.warn("{} is not readable and is left out of lists: {}", key, e.getMessage());
      return Optional.empty();
    }
  }

  /// What a volume uses. One request.
  public Usage usage(VolumeId volume) {
    return store.list(ObjectKeys.usage(volume), "", LISTED_AT_ONCE).entries().stream()
        .flatMap(entry -> Usage.parse(entry.key()).stream())
        .max(Usage.STANDING)
        .orElse(Usage.none(volume));
  }

  /// What every volume uses, of which anything was ever said. A request a thousand objects.
  public Map<VolumeId, Usage> usages() {
    Map<VolumeId, Usage> usages = new HashMap<>();
    for (Listing.Entry entry : KeyWalk.under(store, ObjectKeys.USAGE)) {
      Usage.parse(entry.key())
          .ifPresent(
              usage ->
                  usages.merge(
                      usage.volume(),
                      usage,
                      (one, other) -> Usage.STANDING.compare(one, other) < 0 ? other : one));
    }
    return usages;
  }
}
