package io.tidemark.repository.map;

import io.tidemark.repository.pack.Reference;
import java.util.Optional;

/// What editing a map came to.
public sealed interface MapOutcome {
  /// Same size, same map: nothing was sent, the parent's map and list stand.
  record Unchanged(Root parent) implements MapOutcome {}

  /// All nodes and the list are in the store.
  ///
  /// @param map empty when every chunk is zero or there is none
  /// @param listPackBytes length of the pack that holds the list alone
  /// @param packs what the list says
  record Changed(
      long sizeBytes,
      Optional<Reference> map,
      Reference packList,
      int listPackBytes,
      PackList packs)
      implements MapOutcome {}
}
