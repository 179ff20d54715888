package io.tidemark.repository.schedule;

import io.tidemark.repository.Repository;
import io.tidemark.repository.host.Inbox;
import io.tidemark.repository.host.Marker;
import io.tidemark.repository.index.IndexTidying;
import io.tidemark.repository.index.IndexWriter;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.HostId;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes index and inboxes say what the journals say: writes what a crash left out, and, where this
/// key may delete, takes away what is superseded or waits no more.
public final class IndexSweep {
  private final Repository repository;

  public IndexSweep(Repository repository) {
    this.repository = repository;
  }

  /// What was done.
  ///
  /// @param healedVolumes whose index was behind
  /// @param addedMarkers and
  /// @param removedMarkers of all inboxes
  /// @param tidied objects of the index
  public record Result(
      int healedVolumes, int addedMarkers, int removedMarkers, long tidied, List<Skipped> skipped) {
    public Result {
      skipped = List.copyOf(skipped);
    }
  }

  /// Sweeps everything.
  public Result run() {
    Reading<RepositoryEvent, RepositoryState> first = repository.journal().read();
    RepositoryState state = first.state();
    // Markers are listed before the journals are read: what is listed and waits no more then, never
    // will again.
    Map<HostId, Set<Marker>> listed = new HashMap<>();
    for (Host host : state.hosts().values()) {
      listed.put(host.id(), new HashSet<>(new Inbox(repository, host.id()).list()));
    }
    Map<HostId, Set<Marker>> waiting = new HashMap<>();
    Map<VolumeId, Optional<Set<SnapshotId>>> standing = new HashMap<>();
    List<Skipped> skipped = new ArrayList<>();
    int healed = 0;
    for (NamedVolume volume : state.volumes().values()) {
      Reading<VolumeEvent, VolumeState> reading;
      try {
        reading = repository.journal(volume.id()).read();
      } catch (StoreException e) {
        // Nobody knows what stands on it: nothing of it is taken away.
        skipped.add(new Skipped(volume, e));
        standing.put(volume.id(), Optional.empty());
        continue;
      }
      try {
        IndexWriter writer = new IndexWriter(repository.store(), repository.writer(), volume.id());
        if (writer.heal(reading) == IndexWriter.Healed.YES) {
          healed++;
        }
      } catch (StoreException.Corrupt | StoreException.FormatTooNew e) {
        skipped.add(new Skipped(volume, e));
      }
      standing.put(volume.id(), Optional.of(Set.copyOf(reading.state().entries().keySet())));
      if (volume.life() == Life.OPEN) {
        waiting(state, volume, reading.state(), waiting);
      }
    }
    int added = 0;
    int removed = 0;
    for (Host host : state.hosts().values()) {
      Inbox inbox = new Inbox(repository, host.id());
      Set<Marker> there = listed.getOrDefault(host.id(), Set.of());
      Set<Marker> wanted = waiting.getOrDefault(host.id(), Set.of());
      for (Marker marker : wanted) {
        if (!there.contains(marker)) {
          inbox.put(marker);
          repository.ring(host);
          added++;
        }
      }
      List<Marker> over =
          there.stream()
              .filter(marker -> !wanted.contains(marker))
              .filter(marker -> isKnown(standing, marker.volume()))
              .toList();
      inbox.remove(over);
      removed += over.size();
    }
    long tidied =
        new IndexTidying(repository.store(), repository.writer()).run(standing, first.storeTime());
    return new Result(healed, added, removed, tidied, skipped);
  }

  /// Whether the volume's journal was read, or there is none any more.
  private static boolean isKnown(
      Map<VolumeId, Optional<Set<SnapshotId>>> standing, VolumeId volume) {
    return standing.getOrDefault(volume, Optional.of(Set.of())).isPresent();
  }

  private static void waiting(
      RepositoryState repositoryState,
      NamedVolume volume,
      VolumeState state,
      Map<HostId, Set<Marker>> waiting) {
    for (Entry entry : state.entries().values()) {
      if (entry.phase() instanceof Phase.Requested requested) {
        repositoryState
            .findHost(requested.host())
            .ifPresent(
                host ->
                    waiting
                        .computeIfAbsent(host.id(), _ -> new HashSet<>())
                        .add(new Marker.ForSnapshot(volume.id(), entry.snapshot())));
      }
    }
    for (Hold hold : state.holds().values()) {
      Optional<Hold.Restore> asked =
          hold.restore()
              .filter(restore -> restore.latestStart().isPresent())
              .filter(_ -> hold.root().volume().equals(volume.id()));
      asked
          .flatMap(restore -> repositoryState.findHost(restore.host()))
          .ifPresent(
              host ->
                  waiting
                      .computeIfAbsent(host.id(), _ -> new HashSet<>())
                      .add(new Marker.ForRestore(volume.id(), hold.number())));
    }
  }
}
