package io.tidemark.agent.quiesce.holding;

import java.io.IOException;
import java.time.Duration;

/// Somebody who outlives this process and ends what it holds. For one thread at a time.
interface Guard {
  /// Starts one; it is there when this returns.
  @FunctionalInterface
  interface Starter {
    Guard start() throws IOException, InterruptedException;
  }

  /// Before something is held: how it is ended, should this process not do so within `most`.
  ///
  /// @throws IOException when nobody could end it; then it must not be held
  void arm(int number, Undo undo, Duration most) throws IOException, InterruptedException;

  /// It is held no more.
  void disarm(int number) throws IOException, InterruptedException;

  /// From now on what is held has to be ended within `most`.
  void within(Duration most) throws IOException, InterruptedException;

  /// Ends what is held yet, and the guard.
  ///
  /// @throws IOException when something could not be ended, or the guard is gone
  Verdict done() throws IOException, InterruptedException;

  /// Leaves it to the guard, which ends with this process, what may yet be held.
  void leave();

  /// Whether all was ended by this process in time.
  enum Verdict {
    KEPT,
    /// The guard had to end something before it was told to.
    FIRED
  }
}
