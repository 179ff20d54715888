package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.Snapshot;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/// Snapshots that have just left a list, or would.
///
/// @param snapshots as they were before
/// @param state the word for where they are now
/// @param freedBytes what a collection would free then; known of a dry run only
record RemovedSnapshots(List<Snapshot> snapshots, String state, Optional<Long> freedBytes)
    implements Answer {
  /// The word for a snapshot of which nothing is left.
  static final String REMOVED = "REMOVED";

  @Override
  public void json(JsonWriter json) {
    json.object(
        members ->
            members
                .put("dryRun", freedBytes.isPresent())
                .put("freedBytes", freedBytes)
                .array(
                    "snapshots", snapshots, snapshot -> SnapshotFace.json(json, snapshot, state)));
  }

  @Override
  public void text(PrintWriter out) {
    snapshots.forEach(snapshot -> out.println(snapshot.entry().snapshot()));
  }

  /// A single one, not in a list.
  record One(Snapshot snapshot) implements Answer {
    @Override
    public void json(JsonWriter json) {
      SnapshotFace.json(json, snapshot, REMOVED);
    }

    @Override
    public void text(PrintWriter out) {
      out.println(snapshot.entry().snapshot());
    }
  }
}
