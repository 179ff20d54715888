package io.tidemark.repository.journal;

/// Decides, on the state before it, whether to append an event; asked again whenever the number is
/// lost to somebody else.
///
/// @param <R> what a caller is told who need not or must not append
@FunctionalInterface
public interface Decision<E, S, R> {
  Choice<E, R> decide(Reading<E, S> reading);

  /// What came of a decision.
  sealed interface Choice<E, R> {
    record Append<E, R>(E event) implements Choice<E, R> {}

    record Leave<E, R>(R answer) implements Choice<E, R> {}
  }

  static <E, R> Choice<E, R> append(E event) {
    return new Choice.Append<>(event);
  }

  static <E, R> Choice<E, R> leave(R answer) {
    return new Choice.Leave<>(answer);
  }
}
