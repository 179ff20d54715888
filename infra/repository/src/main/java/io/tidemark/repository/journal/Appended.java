package io.tidemark.repository.journal;

import java.time.Instant;
import java.util.function.Function;

/// What became of a decision: an event with its number, or the answer that made one needless.
public sealed interface Appended<S, R> {
  /// @param state the state after the event
  record Event<S, R>(long number, Instant at, S state) implements Appended<S, R> {}

  record Left<S, R>(R answer) implements Appended<S, R> {}

  /// The answer that was left, or the one that `made` finds in the state after the event.
  default R outcome(Function<? super S, ? extends R> made) {
    return switch (this) {
      case Event<S, R> event -> made.apply(event.state());
      case Left<S, R>(R answer) -> answer;
    };
  }
}
