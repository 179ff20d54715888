package io.tidemark.functions.console;

import io.tidemark.functions.console.view.SnapshotRow;
import io.tidemark.repository.Repository;
import io.tidemark.repository.index.IndexReader;
import io.tidemark.repository.index.Usage;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.StoreException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The snapshots of all disks in orders that the index does not have. What was read is kept for
/// speed alone: one LIST, a request a thousand disks, tells which journals have gone on since, and
/// those are read again. A snapshot that nobody requested is seen once it is committed.
final class Catalogue {
  /// More are not kept: some 300 bytes each.
  static final int MOST = 250_000;

  private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<VolumeId, Known> known = new HashMap<>();
  private final Map<SnapshotOrder, List<SnapshotRow>> sorted = new EnumMap<>(SnapshotOrder.class);

  /// What was read of a disk.
  ///
  /// @param name of the disk at the time
  /// @param number of the newest event that the index told of before its journal was read
  private record Known(String name, long number, List<SnapshotRow> rows) {
    /// Whether it is to be looked at again, whatever the index says: the step from asked for to
    /// being made is not told there.
    boolean isUnderWay() {
      return rows.stream().anyMatch(SnapshotRow::isUnfinished);
    }
  }

  /// Every snapshot in that order; empty when there are too many of them.
  Optional<List<SnapshotRow>> rows(
      Repository repository, RepositoryState state, SnapshotOrder order) {
    Map<VolumeId, Usage> usages = new IndexReader(repository.store()).usages();
    lock.lock();
    try {
      refresh(repository, state, usages);
      int count = known.values().stream().mapToInt(one -> one.rows().size()).sum();
      if (count > MOST) {
        known.clear();
        sorted.clear();
        return Optional.empty();
      }
      return Optional.of(sorted.computeIfAbsent(order, this::sort));
    } finally {
      lock.unlock();
    }
  }

  private void refresh(Repository repository, RepositoryState state, Map<VolumeId, Usage> usages) {
    List<NamedVolume> open =
        state.volumes().values().stream().filter(volume -> volume.life() == Life.OPEN).toList();
    Set<VolumeId> gone = new HashSet<>(known.keySet());
    List<NamedVolume> changed = new ArrayList<>();
    for (NamedVolume volume : open) {
      gone.remove(volume.id());
      Known one = known.get(volume.id());
      if (one == null
          || one.isUnderWay()
          || one.number() != number(usages, volume)
          || !one.name().equals(volume.name())) {
        changed.add(volume);
      }
    }
    known.keySet().removeAll(gone);
    Map<VolumeId, Known> read = new HashMap<>();
    changed.parallelStream()
        .map(volume -> Map.entry(volume.id(), read(repository, volume, number(usages, volume))))
        .toList()
        .forEach(one -> read.put(one.getKey(), one.getValue()));
    read.entrySet().removeIf(one -> one.getValue().equals(known.get(one.getKey())));
    known.putAll(read);
    if (!gone.isEmpty() || !read.isEmpty()) {
      resort(gone, read);
    }
  }

  private static long number(Map<VolumeId, Usage> usages, NamedVolume volume) {
    return usages.getOrDefault(volume.id(), Usage.none(volume.id())).number();
  }

  /// A disk whose journal cannot be relied on hides no other.
  private static Known read(Repository repository, NamedVolume volume, long number) {
    VolumeState state;
    try {
      state = repository.journal(volume.id()).read().state();
    } catch (StoreException.Corrupt | StoreException.Missing | StoreException.FormatTooNew e) {
      LOG.warn("The snapshots of {} are left out of a list", volume.name(), e);
      return new Known(volume.name(), number, List.of());
    }
    return new Known(
        volume.name(),
        number,
        state.entries().values().stream()
            .map(
                entry ->
                    SnapshotRow.of(
                        ShownSnapshot.of(
                            new Snapshot(volume, entry, state.holdsOf(entry.snapshot())))))
            .toList());
  }

  private List<SnapshotRow> sort(SnapshotOrder order) {
    List<SnapshotRow> all = new ArrayList<>();
    known.values().forEach(one -> all.addAll(one.rows()));
    all.sort(order.comparator());
    return List.copyOf(all);
  }

  /// What stays keeps its order, so that little is compared.
  private void resort(Set<VolumeId> gone, Map<VolumeId, Known> read) {
    Set<String> replaced = new HashSet<>();
    gone.forEach(volume -> replaced.add(volume.text()));
    read.keySet().forEach(volume -> replaced.add(volume.text()));
    sorted.replaceAll(
        (order, rows) -> {
          List<SnapshotRow> added = new ArrayList<>();
          read.values().forEach(one -> added.addAll(one.rows()));
          added.sort(order.comparator());
          List<SnapshotRow> all = new ArrayList<>(rows.size() + added.size());
          for (SnapshotRow row : rows) {
            if (!replaced.contains(row.volumeId())) {
              all.add(row);
            }
          }
          all.addAll(added);
          all.sort(order.comparator());
          return List.copyOf(all);
        });
  }
}
