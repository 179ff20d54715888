package io.tidemark.agent.quiesce.holding;

import io.tidemark.repository.journal.Consistency;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What holding came to.
///
/// @param consistency of what stood still at the instant; empty when no step is worth any
/// @param held for how long writers waited; empty when nobody had to
/// @param remarks what was left out, one sentence each
public record Outcome(
    Optional<Consistency> consistency, Optional<Duration> held, List<String> remarks) {
  public static final Outcome NOTHING = new Outcome(Optional.empty(), Optional.empty(), List.of());

  public Outcome {
    remarks = List.copyOf(remarks);
  }
}
