package io.tidemark.agent.daemon;

import io.tidemark.repository.host.Marker;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// One request, as the journal had it when it was read.
sealed interface Job {
  /// The volume that is busy meanwhile.
  NamedVolume volume();

  /// Where it stands in the inbox; tells it from others.
  Marker marker();

  /// By when it has to begin; empty when that does not matter.
  Optional<Instant> due();

  /// For people.
  String describe();

  /// A snapshot that is REQUESTED, or CREATING by a process that died.
  record ForSnapshot(NamedVolume volume, SnapshotId snapshot, Optional<Instant> due)
      implements Job {
    @Override
    public Marker marker() {
      return new Marker.ForSnapshot(volume.id(), snapshot);
    }

    @Override
    public String describe() {
      return "the snapshot " + snapshot + " of " + volume.name();
    }
  }

  /// A restore whose hold stands.
  ///
  /// @param volume that is written
  /// @param from the volume of the snapshot, whose journal has the hold
  /// @param targetHold in the journal of `volume`, where that is another one
  record ForRestore(NamedVolume volume, NamedVolume from, Hold hold, OptionalLong targetHold)
      implements Job {
    @Override
    public Marker marker() {
      VolumeId journal = from.id();
      return new Marker.ForRestore(journal, hold.number());
    }

    @Override
    public Optional<Instant> due() {
      return hold.restore().flatMap(Hold.Restore::latestStart);
    }

    @Override
    public String describe() {
      return "the restore of " + hold.snapshot() + " to " + volume.name();
    }
  }
}
