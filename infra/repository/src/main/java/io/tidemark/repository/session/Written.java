package io.tidemark.repository.session;

import io.tidemark.repository.pack.Reference;
import java.util.Optional;

/// What a session has written and is to be committed: either a map and list of its own, or, when
/// nothing changed, its parent's.
public sealed interface Written {
  /// @param map empty when every chunk is zero or there is none
  record Changed(long sizeBytes, Optional<Reference> map, Reference packList) implements Written {}

  /// Same size, same map as the parent: not one pack was sent.
  record Unchanged() implements Written {}
}
