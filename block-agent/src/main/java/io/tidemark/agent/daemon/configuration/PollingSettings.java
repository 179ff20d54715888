package io.tidemark.agent.daemon.configuration;

import java.time.Duration;

/// How often the inbox is looked into.
///
/// @param least wait between two looks, after something was found
/// @param most wait, when nothing was found for long
public record PollingSettings(Duration least, Duration most) {
  public static final PollingSettings USUAL =
      new PollingSettings(Duration.ofSeconds(1), Duration.ofSeconds(30));
}
