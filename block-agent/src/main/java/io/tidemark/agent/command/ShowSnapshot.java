package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.Snapshot;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

@Command(
    name = "show",
    description = "Show one snapshot.",
    footer = {"", "Example: tidemark snapshot show web@latest"})
final class ShowSnapshot extends SnapshotVerb {
  @Override
  protected Answer answer(Workplace workplace) {
    return new Described(find(workplace));
  }

  private record Described(Snapshot snapshot) implements Answer {
    @Override
    public void json(JsonWriter json) {
      SnapshotFace.json(json, snapshot);
    }

    @Override
    public void text(PrintWriter out) {
      SnapshotFace.text(out, snapshot);
    }
  }
}
