package io.tidemark.repository.restore;

import io.tidemark.repository.volume.VolumeName;

/// Where a restore goes.
public sealed interface RestoreTarget {
  /// Onto the volume that the snapshot is of; what it holds now is lost.
  record InPlace() implements RestoreTarget {}

  /// Into a new volume.
  ///
  /// @param host name or id of the host that makes it
  /// @param pool of that host
  record NewVolume(VolumeName name, String host, String pool) implements RestoreTarget {}
}
