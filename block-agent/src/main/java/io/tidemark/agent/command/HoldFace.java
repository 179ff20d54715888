package io.tidemark.agent.command;

import io.tidemark.repository.journal.volume.Hold;

/// A hold as programs and people see it.
final class HoldFace {
  private HoldFace() {}

  static void json(JsonWriter json, Hold hold) {
    json.object(
        members ->
            members
                .put("number", hold.number())
                .put("snapshot", hold.snapshot().text())
                .put("kind", hold.kind().text())
                .put("owner", hold.owner())
                .put("reason", hold.reason()));
  }

  static String text(Hold hold) {
    return Shown.of(
        hold.kind().text()
            + " "
            + hold.owner()
            + (hold.reason().isEmpty() ? "" : ": " + hold.reason()));
  }
}
