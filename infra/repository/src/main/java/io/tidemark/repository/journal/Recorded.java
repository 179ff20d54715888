package io.tidemark.repository.journal;

import java.util.Optional;

/// An event as it is carried in the `since` of a later one.
///
/// @param event empty for a type that this code does not know and may skip
/// @param standing whether its `previous` named the event before it
/// @param json its members in canonical JSON, without state and since
public record Recorded<E>(EventHeader header, Optional<E> event, Standing standing, String json) {
  /// Whether an event counts where it stands, before its own legality is asked.
  public enum Standing {
    LINKED,
    VOID
  }
}
