package io.tidemark.repository.snapshot;

import io.tidemark.repository.key.SnapshotId;
import java.util.Optional;

/// What came of a [SnapshotRequest].
public sealed interface RequestedSnapshot {
  SnapshotId id();

  /// It was requested now.
  record Made(Snapshot snapshot) implements RequestedSnapshot {
    @Override
    public SnapshotId id() {
      return snapshot.entry().snapshot();
    }
  }

  /// It was requested earlier under the same key, and is this now.
  record Repeated(Snapshot snapshot) implements RequestedSnapshot {
    @Override
    public SnapshotId id() {
      return snapshot.entry().snapshot();
    }
  }

  /// It was requested earlier under the same key, and is no more.
  ///
  /// @param reason of its end, for people
  record Gone(SnapshotId id, Optional<String> reason) implements RequestedSnapshot {}
}
