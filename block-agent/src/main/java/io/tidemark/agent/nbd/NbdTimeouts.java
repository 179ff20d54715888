package io.tidemark.agent.nbd;

import java.time.Duration;

/// How long a server is waited for.
///
/// @param negotiation from connecting to the first request
/// @param answer to one request, to its last byte
public record NbdTimeouts(Duration negotiation, Duration answer) {
  /// A disk that has to wake up answers within these.
  public static final NbdTimeouts USUAL =
      new NbdTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(30));
}
