package io.tidemark.agent.flow;

import io.tidemark.agent.cache.NodeCache;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.store.decorated.Tally;
import java.io.IOException;
import java.time.Instant;

/// What one snapshot is made with.
///
/// @param fullScans when all is read though somebody keeps account
/// @param before what the store had been asked when it was begun
record Work(
    NamedVolume volume,
    Asker asker,
    FullScans fullScans,
    Instant begunAt,
    Tally before,
    VolumeView view,
    NodeCache cache,
    StoreNodeSource store,
    NodeSource nodes,
    ParentSearch parents)
    implements AutoCloseable {
  /// Who wants the snapshot: that decides what becomes of it when it is not made.
  enum Asker {
    /// Waits for this process, and is told by it.
    USER,
    /// Looks into the journal.
    REQUEST
  }

  @Override
  public void close() throws IOException {
    try (view;
        cache) {
      store.close();
    }
  }
}
