package io.tidemark.repository.map;

import io.tidemark.repository.pack.Reference;

/// Where map nodes and pack lists come from: the store, or a cache before it. Safe for many
/// threads.
public interface NodeSource {

  /// The node at `node`, its bytes checked against its id.
  ///
  /// @param level that the node must have; 1 is a leaf
  /// @throws io.tidemark.repository.store.StoreException.Missing when its pack is gone
  /// @throws io.tidemark.repository.store.StoreException.Corrupt when its bytes are not its own
  MapNode load(Reference node, int level);

  /// The pack list at `list`, its bytes checked against its id; failures as those of [#load].
  PackList loadPackList(Reference list);
}
