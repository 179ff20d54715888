package io.tidemark.agent.quiesce;

import java.io.IOException;

/// Holds writers still while a source takes its instant.
public interface Stillness {
  /// Holds nobody.
  Stillness NONE =
      new Stillness() {
        @Override
        public <T, X extends IOException> T during(Moment<T, X> moment) throws X {
          return moment.take();
        }

        @Override
        public Span span() {
          return Span.NOTHING;
        }
      };

  /// What takes an instant, within milliseconds.
  @FunctionalInterface
  interface Moment<T, X extends IOException> {
    T take() throws X;
  }

  /// For how long writers are to be held.
  enum Span {
    /// Nobody is to be held.
    NOTHING,
    /// Until the instant was taken.
    INSTANT,
    /// Until everything was read, for there is nothing else that keeps the instant.
    READING
  }

  /// Holds the writers, takes the instant, and, unless they are to be held for the reading, lets
  /// them go at once.
  ///
  /// @throws QuiesceException when they were not held all the time; what the instant left behind is
  ///   the caller's to undo
  <T, X extends IOException> T during(Moment<T, X> moment) throws X, QuiesceException;

  Span span();

  /// While everything is read: that writers are held yet.
  ///
  /// @throws QuiesceException when the time is over
  default void requireHeld() throws QuiesceException {}
}
