package io.tidemark.repository.collect;

import io.tidemark.repository.chunk.ChunkId;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// What a collection was about to delete, and which pack lists are known to be right.
///
/// @param number r, the event after which the state was read
/// @param deleted keys
/// @param unreadable lists that could not be relied on, each with its reason
/// @param checkedLists ids of pack lists that were found to name all packs of their maps
public record Audit(
    long number,
    Instant at,
    String actor,
    List<String> deleted,
    List<String> unreadable,
    Set<ChunkId> checkedLists) {
  public Audit {
    deleted = List.copyOf(deleted);
    unreadable = List.copyOf(unreadable);
    checkedLists = Set.copyOf(checkedLists);
  }
}
