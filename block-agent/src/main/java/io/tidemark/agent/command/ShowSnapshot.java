package io.tidemark.agent.command;

import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.snapshot.Snapshot;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;

@Command(
    name = "show",
    description = "Show one snapshot.",
    footer = {"", "Example: tidemark snapshot show web@latest"})
final class ShowSnapshot extends SnapshotVerb {
  @Override
  protected Answer answer(Workplace workplace) {
    TrashWindow trash = workplace.trashWindow();
    Snapshot snapshot = find(workplace);
    return new Described(
        snapshot, trash.end(workplace.repository(), snapshot.volume().id(), snapshot.entry()));
  }

  private record Described(Snapshot snapshot, Optional<Instant> trashEndsAt) implements Answer {
    @Override
    public void json(JsonWriter json) {
      SnapshotFace.json(json, snapshot, trashEndsAt);
    }

    @Override
    public void text(PrintWriter out) {
      SnapshotFace.text(out, snapshot, trashEndsAt);
    }
  }
}
