package io.tidemark.agent.daemon;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// How the agent does, for those who watch over it. Safe for many threads.
final class AgentStatus {
  /// A turn takes seconds; one that waits for a store which does not answer takes minutes. An agent
  /// that has not turned for so long hangs.
  static final Duration LONGEST_TURN = Duration.ofMinutes(15);

  private final InstantSource clock;
  private Instant turnedAt;
  private Optional<String> trouble = Optional.of("The agent has not reached its repository yet.");

  AgentStatus(InstantSource clock) {
    this.clock = clock;
    this.turnedAt = clock.instant();
  }

  /// A turn begins.
  synchronized void turns() {
    turnedAt = clock.instant();
  }

  /// Requests can be served.
  synchronized void isReady() {
    trouble = Optional.empty();
  }

  /// They cannot, for that reason.
  ///
  /// @return whether that is news
  synchronized boolean isInTrouble(String why) {
    boolean news = !trouble.equals(Optional.of(why));
    trouble = Optional.of(why);
    return news;
  }

  /// Why no request can be served now; empty when they can.
  synchronized Optional<String> trouble() {
    return trouble;
  }

  /// Whether it hangs.
  synchronized boolean hangs() {
    return Duration.between(turnedAt, clock.instant()).compareTo(LONGEST_TURN) > 0;
  }
}
