package io.tidemark.repository.store;

/// How often, how far apart and for how long something is tried again. Safe for many threads; one
/// [Attempts] belongs to one caller.
public interface Backoff {

  /// Starts the clock of one thing that is tried until it works.
  Attempts start();

  /// The attempts at one thing.
  interface Attempts {

    /// Waits before the next attempt.
    ///
    /// @return whether to try again: false when the time is up or the thread was interrupted, whose
    ///   interrupt flag is then set
    boolean pause();
  }
}
