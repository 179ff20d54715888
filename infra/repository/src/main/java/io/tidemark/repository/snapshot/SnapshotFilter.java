package io.tidemark.repository.snapshot;

import io.tidemark.repository.journal.volume.Phase;

/// Which snapshots a list shows.
public enum SnapshotFilter {
  /// All but those in the trash.
  LIVE {
    @Override
    boolean takes(Phase phase) {
      return !(phase instanceof Phase.Trashed);
    }
  },
  /// Those in the trash.
  TRASH {
    @Override
    boolean takes(Phase phase) {
      return phase instanceof Phase.Trashed;
    }
  };

  abstract boolean takes(Phase phase);
}
