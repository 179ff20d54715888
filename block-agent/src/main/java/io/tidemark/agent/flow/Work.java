package io.tidemark.agent.flow;

import io.tidemark.agent.cache.NodeCache;
import io.tidemark.agent.quiesce.holding.Quiescing;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.store.decorated.Tally;
import java.io.IOException;
import java.time.Instant;

/// What one snapshot is made with.
///
/// @param fullScans when all is read though somebody keeps account
/// @param quiescing holds writers, or has held them
/// @param before what the store had been asked when it was begun
record Work(
    NamedVolume volume,
    Asker asker,
    FullScans fullScans,
    Instant begunAt,
    Tally before,
    Quiescing quiescing,
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

  /// What the bytes are worth, once [Quiescing#confirm] has passed: what stood still at the instant
  /// makes more of it.
  Consistency consistency() {
    Consistency seen = view.consistency();
    return seen == Consistency.CRASH ? quiescing.outcome().consistency().orElse(seen) : seen;
  }

  @Override
  public void close() throws IOException {
    // Whoever waits comes first.
    try (view;
        cache;
        quiescing) {
      store.close();
    }
  }
}
