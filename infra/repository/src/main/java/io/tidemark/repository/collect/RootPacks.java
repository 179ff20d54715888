package io.tidemark.repository.collect;

import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.PackId;
import java.util.Set;

/// What is known of the packs that a root reaches.
public sealed interface RootPacks {
  Root root();

  /// Its pack list was read and names all of them, the pack of the list itself among them.
  record Listed(Root root, Set<PackId> packs) implements RootPacks {
    public Listed {
      packs = Set.copyOf(packs);
    }
  }

  /// Its list cannot be relied on, so every pack with a session number up to the list's commit is
  /// taken to be reached.
  record Unreadable(Root root, String reason) implements RootPacks {}
}
