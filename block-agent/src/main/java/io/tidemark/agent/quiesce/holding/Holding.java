package io.tidemark.agent.quiesce.holding;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// What one step does. For one thread, once.
interface Holding {
  /// What the step is worth when it held.
  enum Worth {
    NOTHING,
    FILE_SYSTEM,
    APPLICATION
  }

  Worth worth();

  /// Whether somebody waits meanwhile.
  boolean keepsWriters();

  /// What ends it without this process; empty where that is not needed.
  Optional<Undo> undo();

  /// Looks whether it can be done at all; nothing is held yet.
  default void check() throws IOException {}

  /// Begins to hold.
  ///
  /// @param timeout within which that has to be done
  /// @param most for how long it may be held, counted from now
  void begin(Duration timeout, Duration most) throws IOException, InterruptedException;

  /// Ends it.
  ///
  /// @throws IOException when it did not hold until now, or may hold on
  void end() throws IOException, InterruptedException;

  /// What there is of it after [#begin] has failed.
  default Rest rest() {
    return new Rest.Nothing();
  }

  /// What a step that failed has left.
  sealed interface Rest {
    record Nothing() implements Rest {}

    /// Something may be held and is to be ended by the guard.
    record Something() implements Rest {}

    /// It may be held later, and is ended then.
    record Pending(CompletionStage<?> settled) implements Rest {}
  }
}
