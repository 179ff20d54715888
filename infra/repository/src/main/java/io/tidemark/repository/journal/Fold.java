package io.tidemark.repository.journal;

/// How events make a state. Pure.
///
/// @param <E> what an event of this journal says
/// @param <S> the state
public interface Fold<E, S> {
  /// The state before event 1.
  S empty();

  /// What `event` comes to on `state`, the state before it.
  Transition<S> apply(S state, EventHeader header, E event);
}
