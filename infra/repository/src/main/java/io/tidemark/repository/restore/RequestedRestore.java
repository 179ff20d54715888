package io.tidemark.repository.restore;

import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import java.util.Optional;

/// A restore that was asked for.
///
/// @param journal of the snapshot's volume, which holds the snapshot for it
/// @param hold number of its `held` there; it is over when that hold is
/// @param snapshot that is restored
/// @param target the volume that is restored
/// @param standing whether it is still to be done or being done
public record RequestedRestore(
    VolumeId journal, long hold, SnapshotId snapshot, NamedVolume target, Standing standing) {
  /// Whether the hold stands.
  public sealed interface Standing {
    record Waiting() implements Standing {}

    /// @param outcome as the journal has it
    record Ended(Optional<String> outcome) implements Standing {}
  }
}
