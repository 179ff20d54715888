package io.tidemark.agent.qemu;

import java.time.Instant;

/// A line of QEMU's monitor.
sealed interface QmpMessage {
  /// The first one.
  record Greeting(int major, int minor) implements QmpMessage {}

  /// What a command returned.
  record Returned(String id, Object value) implements QmpMessage {}

  /// Why a command was refused.
  record Failed(String id, String description) implements QmpMessage {}

  /// What happened, and when by the host's clock.
  record Event(String name, QmpObject data, Instant at) implements QmpMessage {}
}
