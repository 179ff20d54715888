package io.tidemark.repository.schedule;

import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.volume.Volumes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Picks snapshots to be verified: a volume by chance, then one of its READY snapshots by chance,
/// so that the cost of a run does not grow with the repository.
public final class VerifySample {
  private final Repository repository;

  public VerifySample(Repository repository) {
    this.repository = repository;
  }

  /// What was picked.
  public record Selection(List<Snapshot> snapshots, List<Skipped> skipped) {
    public Selection {
      snapshots = List.copyOf(snapshots);
      skipped = List.copyOf(skipped);
    }
  }

  /// At most `count` READY snapshots of as many volumes.
  public Selection select(int count) {
    Random random = Random.from(repository.writer().random());
    List<NamedVolume> volumes = new ArrayList<>(new Volumes(repository).list());
    Collections.shuffle(volumes, random);
    List<Snapshot> picked = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    for (NamedVolume volume : volumes) {
      if (picked.size() == count) {
        break;
      }
      VolumeState state;
      try {
        state = repository.journal(volume.id()).read().state();
      } catch (StoreException e) {
        skipped.add(new Skipped(volume, e));
        continue;
      }
      List<Entry> ready =
          state.entries().values().stream()
              .filter(entry -> entry.phase() instanceof Phase.Ready)
              .toList();
      if (!ready.isEmpty()) {
        picked.add(new Snapshot(volume, ready.get(random.nextInt(ready.size())), List.of()));
      }
    }
    return new Selection(picked, skipped);
  }
}
