package io.tidemark.agent.quiesce;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How writers are to be held for one snapshot.
///
/// @param steps in order; undone in reverse
/// @param forRead for how long at most they may be held while everything is read, where nothing
///   else keeps the instant
public record QuiesceWish(List<QuiesceStep> steps, Optional<Duration> forRead) {
  public static final QuiesceWish NONE = new QuiesceWish(List.of(), Optional.empty());

  public QuiesceWish {
    steps = List.copyOf(steps);
  }
}
