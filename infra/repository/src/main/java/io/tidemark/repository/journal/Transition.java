package io.tidemark.repository.journal;

/// What an event comes to where it stands.
public sealed interface Transition<S> {
  /// The event is legal; `state` is the state after it.
  record Legal<S>(S state) implements Transition<S> {}

  /// The event takes its number and changes nothing.
  record Illegal<S>(String reason) implements Transition<S> {}
}
