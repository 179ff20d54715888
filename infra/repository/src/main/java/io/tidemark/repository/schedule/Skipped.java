package io.tidemark.repository.schedule;

import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.store.StoreException;

/// A volume that a run could not read and left as it is; the others it has done.
public record Skipped(NamedVolume volume, StoreException why) {
  /// What was skipped and why, for people.
  public String text() {
    return volume.name() + ": " + why.getMessage();
  }
}
