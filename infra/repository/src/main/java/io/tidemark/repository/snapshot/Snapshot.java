package io.tidemark.repository.snapshot;

import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.VolumeState;
import java.util.List;

/// One snapshot with its volume and the holds on it.
public record Snapshot(NamedVolume volume, Entry entry, List<Hold> holds) {
  public Snapshot {
    holds = List.copyOf(holds);
  }

  /// As `state` has it.
  static Snapshot of(NamedVolume volume, VolumeState state, Entry entry) {
    return new Snapshot(volume, entry, state.holdsOf(entry.snapshot()));
  }
}
