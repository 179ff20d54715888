package io.tidemark.agent.daemon.configuration;

import java.util.Optional;

/// Where the agent listens, on the loopback address only.
///
/// @param port 0 for any free one
/// @param wakeUp address under which functions reach `POST /wake`, when they can
public record ListenerSettings(int port, Optional<String> wakeUp) {
  public static final ListenerSettings USUAL = new ListenerSettings(9101, Optional.empty());
}
