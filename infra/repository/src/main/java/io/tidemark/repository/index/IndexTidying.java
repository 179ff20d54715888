package io.tidemark.repository.index;

import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.index.IndexReader.RowKey;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.KeyWalk;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.OwnershipCheck;
import io.tidemark.repository.store.Settled;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Takes away what is superseded in the index, and says of snapshots that are no more that they are
/// not, where a crash kept their remover from it.
public final class IndexTidying {
  /// How long `REMOVED` stays: longer than any process that still has a row to write lives on.
  private static final Duration REMOVED_STAYS = Duration.ofDays(1);

  private static final int KEYS_A_DELETE = 1000;

  private final ObjectStore store;
  private final Journal.Writer writer;
  private final List<String> superseded = new ArrayList<>();
  private long deleted;

  public IndexTidying(ObjectStore store, Journal.Writer writer) {
    this.store = store;
    this.writer = writer;
  }

  /// Tidies everything.
  ///
  /// @param standing the snapshots of every volume there is, empty where nobody knows
  /// @param asOf when the first of that was read, by the store's clock: what came later may be of
  ///   volumes and snapshots that are not in it
  /// @return how many objects were deleted
  public long run(Map<VolumeId, Optional<Set<SnapshotId>>> standing, Instant asOf) {
    deleted = 0;
    rows(standing, asOf);
    usages(standing.keySet(), asOf);
    delete();
    return deleted;
  }

  private void rows(Map<VolumeId, Optional<Set<SnapshotId>>> standing, Instant asOf) {
    Set<SnapshotId> all =
        standing.values().stream()
            .flatMap(Optional::stream)
            .flatMap(Set::stream)
            .collect(Collectors.toSet());
    String folder = "";
    Optional<String> lastRemoved = Optional.empty();
    KeyWalk keys = new KeyWalk(store, ObjectKeys.CREATED);
    while (keys.hasNext()) {
      Listing.Entry entry = keys.next();
      Optional<RowKey> key = RowKey.parse(entry.key());
      if (key.isEmpty()) {
        continue;
      }
      if (key.get().folder().equals(folder)) {
        superseded.add(entry.key());
        continue;
      }
      // A `REMOVED` goes after all that it supersedes.
      lastRemoved.ifPresent(superseded::add);
      lastRemoved = Optional.empty();
      folder = key.get().folder();
      if (key.get().word().equals(IndexReader.REMOVED)) {
        if (isOld(entry.lastModified(), asOf)) {
          lastRemoved = Optional.of(entry.key());
        }
      } else if (!all.contains(key.get().snapshot()) && isOld(entry.lastModified(), asOf)) {
        remove(key.get(), standing);
      }
      if (superseded.size() >= KEYS_A_DELETE) {
        delete();
      }
    }
    lastRemoved.ifPresent(superseded::add);
  }

  private static boolean isOld(Instant lastModified, Instant asOf) {
    return Duration.between(lastModified, asOf).compareTo(REMOVED_STAYS) >= 0;
  }

  /// Says of a row whose snapshot is gone that it is; a row of a volume that is gone just goes.
  private void remove(RowKey key, Map<VolumeId, Optional<Set<SnapshotId>>> standing) {
    try {
      IndexRow row = IndexRowCodec.decode(store.get(key.key()));
      Optional<Set<SnapshotId>> known = standing.get(row.volume());
      if (known == null) {
        superseded.add(key.key());
        return;
      }
      if (known.isEmpty()) {
        return;
      }
      ByteBuffer body =
          ByteBuffer.wrap(IndexRowCodec.encodeRemoved(row.volume(), key.number() + 1));
      Settled _ =
          writer
              .creates()
              .create(
                  ObjectKeys.CREATED
                      + key.folder()
                      + "/"
                      + ObjectKeys.descending(key.number() + 1)
                      + "-"
                      + IndexReader.REMOVED,
                  body,
                  OwnershipCheck.sameBytes(body));
      superseded.add(key.key());
    } catch (StoreException.Missing | MalformedException e) {
      // Gone, or nothing that a list would show.
      superseded.add(key.key());
    }
  }

  private void usages(Set<VolumeId> volumes, Instant asOf) {
    Map<VolumeId, Usage> standing = new IndexReader(store).usages();
    KeyWalk keys = new KeyWalk(store, ObjectKeys.USAGE);
    while (keys.hasNext()) {
      Listing.Entry entry = keys.next();
      Optional<Usage> usage = Usage.parse(entry.key());
      if (usage.isEmpty()) {
        continue;
      }
      Usage stands = standing.get(usage.get().volume());
      boolean late = stands != null && Usage.STANDING.compare(usage.get(), stands) < 0;
      boolean lost = !volumes.contains(usage.get().volume()) && isOld(entry.lastModified(), asOf);
      if (late || lost) {
        superseded.add(entry.key());
      }
    }
  }

  private void delete() {
    if (superseded.isEmpty()) {
      return;
    }
    deleted +=
        store.delete(List.copyOf(superseded)).stream()
            .filter(outcome -> outcome instanceof DeleteOutcome.Deleted)
            .count();
    superseded.clear();
  }
}
