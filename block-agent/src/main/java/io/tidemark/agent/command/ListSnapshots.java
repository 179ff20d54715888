package io.tidemark.agent.command;

import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.snapshot.SnapshotFilter;
import io.tidemark.repository.snapshot.SnapshotList;
import io.tidemark.repository.volume.VolumeName;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
      "  tidemark snapshot list --json | jq '.[] | select(.state == \"READY\") | .id'",
      "Exit status 1 when the journal of a volume is damaged; all others are listed."
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
    TrashWindow window = workplace.trashWindow();
    SnapshotList list =
        workplace
            .snapshots()
            .list(
                Optional.ofNullable(volume).map(VolumeName::text),
                trash ? SnapshotFilter.TRASH : SnapshotFilter.LIVE);
    list.unreadable().forEach(each -> workplace.console().error(each.message()));
    if (list.snapshots().isEmpty() && list.unreadable().isEmpty()) {
      workplace
          .console()
          .say(
              trash
                  ? "The trash is empty."
                  : "There are no snapshots. Make one: tidemark snapshot create VOLUME");
    }
    return new Listed(list, workplace.isJsonWanted() ? ends(workplace, window, list) : Map.of());
  }

  /// A request for each that is in the trash.
  private static Map<SnapshotId, Instant> ends(
      Workplace workplace, TrashWindow window, SnapshotList list) {
    Map<SnapshotId, Instant> ends = new ConcurrentHashMap<>();
    list.snapshots().parallelStream()
        .forEach(
            snapshot ->
                window
                    .end(workplace.repository(), snapshot.volume().id(), snapshot.entry())
                    .ifPresent(end -> ends.put(snapshot.entry().snapshot(), end)));
    return ends;
  }

  /// What can be listed, is, in its usual form; that something is missing, standard error and the
  /// exit status tell.
  private record Listed(SnapshotList list, Map<SnapshotId, Instant> trashEndsAt) implements Answer {
    @Override
    public ExitStatus status() {
      return list.unreadable().isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    @Override
    public void json(JsonWriter json) {
      json.array(
          list.snapshots(),
          snapshot ->
              SnapshotFace.json(
                  json,
                  snapshot,
                  Optional.ofNullable(trashEndsAt.get(snapshot.entry().snapshot()))));
    }

    @Override
    public void text(PrintWriter out) {
      SnapshotFace.table(out, list.snapshots());
    }
  }
}
