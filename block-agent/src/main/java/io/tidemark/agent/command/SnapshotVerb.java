package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotSelector;
import java.io.PrintWriter;
import picocli.CommandLine.Parameters;

/// A verb about one snapshot.
abstract class SnapshotVerb extends Verb {
  @Parameters(
      index = "0",
      paramLabel = "SNAPSHOT",
      converter = SnapshotConverter.class,
      description = "An id, the unique beginning of one, VOLUME@latest or VOLUME@NAME.")
  @SuppressWarnings("NullAway.Init")
  private SnapshotSelector selector;

  final Snapshot find(Workplace workplace) {
    return workplace.snapshots().find(selector);
  }

  /// The snapshot as it is now; people have seen it already and get its id.
  record Changed(Snapshot snapshot) implements Answer {
    @Override
    public void json(JsonWriter json) {
      SnapshotFace.json(json, snapshot);
    }

    @Override
    public void text(PrintWriter out) {
      out.println(snapshot.entry().snapshot());
    }

    @Override
    public String done() {
      return snapshot.entry().snapshot()
          + " of "
          + snapshot.volume().name()
          + " is "
          + snapshot.entry().phase().word()
          + ".";
    }
  }
}
