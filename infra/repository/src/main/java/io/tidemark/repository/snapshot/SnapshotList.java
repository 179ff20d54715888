package io.tidemark.repository.snapshot;

import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.store.StoreException;
import java.util.List;

/// The snapshots of several volumes, and the volumes of which nobody can say.
///
/// @param snapshots newest first
/// @param unreadable in the order the volumes were added
public record SnapshotList(List<Snapshot> snapshots, List<Unreadable> unreadable) {
  public SnapshotList {
    snapshots = List.copyOf(snapshots);
    unreadable = List.copyOf(unreadable);
  }

  /// A volume whose journal is damaged, or of a newer format.
  public record Unreadable(NamedVolume volume, StoreException failure) {
    /// What failed, on which volume, and what to do.
    public String message() {
      return "The snapshots of "
          + volume.name()
          + " ("
          + volume.id()
          + ") cannot be listed: "
          + failure.getMessage();
    }
  }
}
