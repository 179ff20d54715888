package io.tidemark.repository.journal;

import java.util.Optional;

/// A whole stored event.
///
/// @param event empty for a type that this code does not know and may skip
/// @param json the members in canonical JSON, without state and since
/// @param state the state after it, where it rides along
/// @param since where no state rides along
public record Envelope<E, S>(
    EventHeader header,
    Optional<E> event,
    String json,
    Optional<S> state,
    Optional<Since<E>> since) {
  public Envelope {
    if (state.isPresent() == since.isPresent()) {
      throw new IllegalArgumentException("Either the state rides along or 'since' does");
    }
  }
}
