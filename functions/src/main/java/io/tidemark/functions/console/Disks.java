package io.tidemark.functions.console;

import io.tidemark.functions.console.view.DiskRow;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Works out what the list of disks shows, from each one's journal.
final class Disks {
  private final Repository repository;
  private final RepositoryState state;

  Disks(Repository repository, RepositoryState state) {
    this.repository = repository;
    this.state = state;
  }

  /// @param usedBytes of its snapshots
  DiskRow row(NamedVolume volume, long usedBytes) {
    VolumeState journal = repository.journal(volume.id()).read().state();
    Optional<Entry> latest =
        journal.entries().values().stream()
            .filter(entry -> entry.phase() instanceof Phase.Ready)
            .max(Comparator.comparingLong(entry -> entry.content().orElseThrow().commit()));
    Optional<Entry> making =
        journal.entries().values().stream().filter(Disks::isUnfinished).findFirst();
    return new DiskRow(
        volume.id().text(),
        volume.name(),
        volume.host(),
        volume.source(),
        latest.flatMap(Entry::content).map(content -> content.root().sizeBytes()),
        word(volume, journal, making),
        latest.map(entry -> ShownSnapshot.of(new Snapshot(volume, entry, List.of()))),
        making.map(entry -> entry.snapshot().text()),
        journal.entries().values().stream()
            .filter(entry -> entry.phase() instanceof Phase.Ready)
            .count(),
        usedBytes,
        state.policies().values().stream()
            .filter(policy -> policy.activity() == Policy.Activity.ACTIVE)
            .filter(policy -> policy.volumes().selects(volume))
            .map(Policy::name)
            .toList());
  }

  static boolean isUnfinished(Entry entry) {
    return switch (entry.phase()) {
      case Phase.Requested _, Phase.Creating _ -> true;
      case Phase.Ready _, Phase.Trashed _, Phase.Failed _ -> false;
    };
  }

  private String word(NamedVolume volume, VolumeState journal, Optional<Entry> making) {
    boolean restoring =
        journal.holds().values().stream()
            .flatMap(hold -> hold.restore().stream())
            .map(Hold.Restore::target)
            .anyMatch(volume.id().text()::equals);
    if (restoring) {
      return "RESTORING";
    }
    if (making.isPresent()) {
      return "SNAPSHOTTING";
    }
    return state.findHost(volume.host()).isPresent() ? "IDLE" : "NO_AGENT";
  }
}
