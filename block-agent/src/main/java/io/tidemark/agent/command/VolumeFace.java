package io.tidemark.agent.command;

import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;

/// A volume as programs see it.
final class VolumeFace {
  private VolumeFace() {}

  static void json(JsonWriter json, NamedVolume volume) {
    json.object(members -> members(members, volume));
  }

  static void members(JsonWriter json, NamedVolume volume) {
    json.put("id", volume.id().text())
        .put("name", volume.name())
        .put("host", volume.host())
        .put("source", volume.source());
  }
}
