package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotFilter;
import io.tidemark.repository.volume.VolumeName;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "list",
    description = "List snapshots, newest first.",
    footer = {
      "",
      "Examples:",
      "  tidemark snapshot list web",
      "  tidemark snapshot list --trash",
      "  tidemark snapshot list --json | jq '.[] | select(.state == \"READY\") | .id'"
    })
final class ListSnapshots extends Verb {
  @Parameters(
      arity = "0..1",
      paramLabel = "VOLUME",
      converter = VolumeNameConverter.class,
      description = "Only of this one.")
  private @Nullable VolumeName volume;

  @Option(names = "--trash", description = "Those in the trash instead.")
  private boolean trash;

  @Override
  protected Answer answer(Workplace workplace) {
    List<Snapshot> snapshots =
        workplace
            .snapshots()
            .list(
                Optional.ofNullable(volume).map(VolumeName::text),
                trash ? SnapshotFilter.TRASH : SnapshotFilter.LIVE);
    if (snapshots.isEmpty()) {
      workplace
          .console()
          .say(
              trash
                  ? "The trash is empty."
                  : "There are no snapshots. Make one: tidemark snapshot create VOLUME");
    }
    return new Listed(snapshots);
  }

  private record Listed(List<Snapshot> snapshots) implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.array(snapshots, snapshot -> SnapshotFace.json(json, snapshot));
    }

    @Override
    public void text(PrintWriter out) {
      SnapshotFace.table(out, snapshots);
    }
  }
}
