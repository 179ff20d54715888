package io.tidemark.repository.journal;

import java.time.Instant;

/// What became of a decision: an event with its number, or the answer that made one needless.
public sealed interface Appended<S, R> {
  /// @param state the state after the event
  record Event<S, R>(long number, Instant at, S state) implements Appended<S, R> {}

  record Left<S, R>(R answer) implements Appended<S, R> {}
}
