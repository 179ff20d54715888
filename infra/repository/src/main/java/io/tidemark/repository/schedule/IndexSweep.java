package io.tidemark.repository.schedule;

import io.tidemark.repository.Repository;
import io.tidemark.repository.host.Inbox;
import io.tidemark.repository.host.Marker;
import io.tidemark.repository.index.IndexTidying;
import io.tidemark.repository.index.IndexWriter;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.Host;
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
  public record Result(int healedVolumes, int addedMarkers, int removedMarkers, long tidied) {}

  /// Sweeps everything.
  public Result run() {
    RepositoryState state = repository.journal().read().state();
    // Markers are listed before the journals are read: what is listed and waits no more then, never
    // will again.
    Map<HostId, Set<Marker>> listed = new HashMap<>();
    for (Host host : state.hosts().values()) {
      listed.put(host.id(), new HashSet<>(new Inbox(repository, host.id()).list()));
    }
    Map<HostId, Set<Marker>> waiting = new HashMap<>();
    Map<VolumeId, Set<SnapshotId>> standing = new HashMap<>();
    int healed = 0;
    for (NamedVolume volume : state.volumes().values()) {
      Reading<VolumeEvent, VolumeState> reading = repository.journal(volume.id()).read();
      IndexWriter writer = new IndexWriter(repository.store(), repository.writer(), volume.id());
      if (writer.heal(reading) == IndexWriter.Healed.YES) {
        healed++;
      }
      standing.put(volume.id(), Set.copyOf(reading.state().entries().keySet()));
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
          added++;
        }
      }
      List<Marker> over = there.stream().filter(marker -> !wanted.contains(marker)).toList();
      inbox.remove(over);
      removed += over.size();
    }
    long tidied = new IndexTidying(repository.store(), repository.writer()).run(standing);
    return new Result(healed, added, removed, tidied);
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
