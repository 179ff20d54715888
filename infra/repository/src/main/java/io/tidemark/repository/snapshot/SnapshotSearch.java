package io.tidemark.repository.snapshot;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.session.SnapshotIds;
import io.tidemark.repository.session.SnapshotReservation;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.volume.Volumes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Finds snapshots by what people call them, in the journals of their volumes.
final class SnapshotSearch {
  private static final int MOST_PREFIX_HITS = 100;

  private final Repository repository;
  private final Volumes volumes;

  /// Journals as the last search found them, each to be used once.
  private final Map<VolumeId, Reading<VolumeEvent, VolumeState>> found = new ConcurrentHashMap<>();

  SnapshotSearch(Repository repository) {
    this.repository = repository;
    this.volumes = new Volumes(repository);
  }

  /// The journal of a volume as the last search found it, once.
  Optional<Reading<VolumeEvent, VolumeState>> take(VolumeId volume) {
    return Optional.ofNullable(found.remove(volume));
  }

  /// See [Snapshots#list].
  SnapshotList list(Optional<String> volume, SnapshotFilter filter) {
    List<SnapshotList> each =
        volume.isPresent()
            ? List.of(listOf(volumes.find(volume.get()), filter))
            : volumes.list().parallelStream().map(named -> tryListOf(named, filter)).toList();
    return new SnapshotList(
        each.stream()
            .flatMap(list -> list.snapshots().stream())
            .sorted(
                Comparator.comparing((Snapshot snapshot) -> snapshot.entry().requestedAt())
                    .thenComparing(snapshot -> snapshot.entry().snapshot())
                    .reversed())
            .toList(),
        each.stream().flatMap(list -> list.unreadable().stream()).toList());
  }

  private SnapshotList listOf(NamedVolume volume, SnapshotFilter filter) {
    return new SnapshotList(
        snapshots(volume, state(volume.id())).stream()
            .filter(snapshot -> filter.takes(snapshot.entry().phase()))
            .toList(),
        List.of());
  }

  private SnapshotList tryListOf(NamedVolume volume, SnapshotFilter filter) {
    try {
      return listOf(volume, filter);
    } catch (StoreException.Corrupt | StoreException.FormatTooNew e) {
      return new SnapshotList(List.of(), List.of(new SnapshotList.Unreadable(volume, e)));
    }
  }

  /// See [Snapshots#find(SnapshotSelector)].
  Snapshot find(SnapshotSelector selector) {
    return switch (selector) {
      case SnapshotSelector.ByPrefix(String prefix) ->
          SnapshotId.isValid(prefix) ? find(new SnapshotId(prefix)) : findByPrefix(prefix);
      case SnapshotSelector.Latest(String volume) -> latest(volumes.find(volume));
      case SnapshotSelector.ByName(String volume, String name) ->
          findByName(volumes.find(volume), name);
    };
  }

  /// See [Snapshots#find(SnapshotId)].
  Snapshot find(SnapshotId id) {
    return search(id, volumes.listWithClosed()).orElseThrow(() -> unknown(id.text()));
  }

  private Optional<Snapshot> search(SnapshotId id, List<NamedVolume> among) {
    Optional<SnapshotReservation> reservation;
    try {
      reservation = new SnapshotIds(repository).find(id);
    } catch (StoreException.Corrupt e) {
      List<Snapshot> hits = searchJournals(id.text(), among);
      if (hits.isEmpty()) {
        throw e;
      }
      return Optional.of(hits.getFirst());
    }
    Optional<NamedVolume> volume =
        reservation.flatMap(
            known -> among.stream().filter(named -> named.id().equals(known.volume())).findFirst());
    if (volume.isEmpty()) {
      return searchJournals(id.text(), among).stream().findFirst();
    }
    return volume
        .filter(named -> named.life() == Life.OPEN)
        .flatMap(
            named -> {
              Reading<VolumeEvent, VolumeState> reading = repository.journal(named.id()).read();
              found.put(named.id(), reading);
              VolumeState state = reading.state();
              return state.find(id).map(entry -> Snapshot.of(named, state, entry));
            });
  }

  /// The snapshots whose ids begin so, by the journals alone: what is left when `snapshots/<id>` is
  /// lost or damaged. A journal that cannot be relied on keeps nobody from those of the others.
  private List<Snapshot> searchJournals(String prefix, List<NamedVolume> among) {
    return among.parallelStream()
        .filter(named -> named.life() == Life.OPEN)
        .flatMap(named -> trySnapshots(named).stream())
        .filter(snapshot -> snapshot.entry().snapshot().text().startsWith(prefix))
        .toList();
  }

  private List<Snapshot> trySnapshots(NamedVolume volume) {
    try {
      return snapshots(volume, state(volume.id()));
    } catch (StoreException.Corrupt | StoreException.FormatTooNew _) {
      return List.of();
    }
  }

  private Snapshot findByPrefix(String prefix) {
    List<NamedVolume> among = volumes.listWithClosed();
    List<Snapshot> hits = new ArrayList<>();
    for (SnapshotId id : new SnapshotIds(repository).startingWith(prefix, MOST_PREFIX_HITS)) {
      search(id, among).ifPresent(hits::add);
    }
    return only(hits.isEmpty() ? searchJournals(prefix, among) : hits, prefix);
  }

  private Snapshot findByName(NamedVolume volume, String name) {
    List<Snapshot> hits =
        snapshots(volume, state(volume.id())).stream()
            .filter(snapshot -> snapshot.entry().label().name().equals(name))
            .filter(snapshot -> !(snapshot.entry().phase() instanceof Phase.Failed))
            .toList();
    return only(hits, volume.name() + "@" + name);
  }

  private Snapshot latest(NamedVolume volume) {
    VolumeState state = state(volume.id());
    return state
        .newestReady()
        .map(entry -> Snapshot.of(volume, state, entry))
        .orElseThrow(
            () ->
                new Refused(
                    Reason.UNKNOWN_SNAPSHOT,
                    "The volume '"
                        + volume.name()
                        + "' has no snapshot that is READY. Make one: tidemark snapshot create "
                        + volume.name()));
  }

  private static Snapshot only(List<Snapshot> hits, String text) {
    if (hits.isEmpty()) {
      throw unknown(text);
    }
    if (hits.size() > 1) {
      List<String> ids = hits.stream().map(hit -> hit.entry().snapshot().text()).toList();
      throw new Refused(
          Reason.AMBIGUOUS_SNAPSHOT,
          "'"
              + text
              + "' fits "
              + hits.size()
              + " snapshots: "
              + String.join(", ", ids)
              + ". Name one of them by its id.",
          ids);
    }
    return hits.getFirst();
  }

  private VolumeState state(VolumeId volume) {
    return repository.journal(volume).read().state();
  }

  private static List<Snapshot> snapshots(NamedVolume volume, VolumeState state) {
    return state.entries().values().stream()
        .map(entry -> Snapshot.of(volume, state, entry))
        .toList();
  }

  static Refused unknown(String text) {
    return new Refused(
        Reason.UNKNOWN_SNAPSHOT,
        "There is no snapshot '" + text + "' (any more). See: tidemark snapshot list");
  }
}
