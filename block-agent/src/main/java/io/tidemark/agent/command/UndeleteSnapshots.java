package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.Snapshot;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "undelete",
    description = "Bring snapshots back from the trash.",
    footer = {
      "",
      "Example: tidemark snapshot undelete snap-0123456789abcdef0",
      "What is in the trash: tidemark snapshot list --trash"
    })
final class UndeleteSnapshots extends SnapshotsVerb {
  @Override
  protected Answer answer(Workplace workplace) {
    return new Undeleted(workplace.snapshots().undelete(find(workplace)));
  }

  private record Undeleted(List<Snapshot> snapshots) implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.object(
          members ->
              members.array("snapshots", snapshots, snapshot -> SnapshotFace.json(json, snapshot)));
    }

    @Override
    public void text(PrintWriter out) {
      snapshots.forEach(snapshot -> out.println(snapshot.entry().snapshot()));
    }
  }
}
