package io.tidemark.repository.journal;

import java.util.List;

/// From where the state of an event without one is computed.
///
/// @param number of the last event whose ridden state counts; 0 for the empty state before event 1
/// @param hash SHA-256 of that event's bytes; "" for number 0
/// @param events every event after that one and before this one, in order
public record Since<E>(long number, String hash, List<Recorded<E>> events) {
  public Since {
    events = List.copyOf(events);
  }
}
