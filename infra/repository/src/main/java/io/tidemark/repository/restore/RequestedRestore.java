package io.tidemark.repository.restore;

import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.key.VolumeId;

/// A restore that was asked for.
///
/// @param journal of the snapshot's volume, which holds the snapshot for it
/// @param hold number of its `held` there; it is over when that hold is
/// @param target the volume that is restored
/// @param standing whether it is still to be done or being done
public record RequestedRestore(VolumeId journal, long hold, NamedVolume target, Standing standing) {
  /// Whether the hold stands.
  public enum Standing {
    WAITING,
    ENDED
  }
}
