package io.tidemark.agent.command;

import io.tidemark.agent.flow.Damage;
import io.tidemark.agent.source.Extent;
import io.tidemark.repository.key.SnapshotId;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// Damage as programs see it.
final class DamageFace {
  private DamageFace() {}

  /// @param sharedBy other snapshots that need the object with this key
  static void json(
      JsonWriter json, List<Damage> damage, Function<String, List<SnapshotId>> sharedBy) {
    json.array(
        "damage",
        damage,
        one ->
            json.object(
                members ->
                    members
                        .put("key", one.key())
                        .put("kind", one.kind().name().toLowerCase(Locale.ROOT))
                        .put("message", one.message())
                        .put("bytes", one.bytes())
                        .array("extents", one.extents(), extent -> extent(json, extent))
                        .array(
                            "sharedBy",
                            sharedBy.apply(one.key()),
                            snapshot -> json.text(snapshot.text()))));
  }

  static void extent(JsonWriter json, Extent extent) {
    json.object(
        members -> members.put("offset", extent.offsetBytes()).put("length", extent.lengthBytes()));
  }
}
