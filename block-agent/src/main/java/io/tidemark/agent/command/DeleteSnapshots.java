package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots.Deletion;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "delete",
    description = {
      "Delete snapshots: all of them, or none when one cannot be.",
      "They go to the trash, from where 'undelete' brings them back for 24 hours."
    },
    footer = {
      "",
      "Examples:",
      "  tidemark snapshot delete web@before-upgrade",
      "  tidemark snapshot delete snap-0123 snap-4567 --now",
      "Space is freed by 'tidemark collect'."
    })
final class DeleteSnapshots extends SnapshotsVerb {
  @Option(names = "--now", description = "Past the trash: nothing brings them back.")
  private boolean now;

  @Override
  protected Answer answer(Workplace workplace) {
    List<Snapshot> snapshots = find(workplace);
    workplace.snapshots().delete(snapshots, now ? Deletion.NOW : Deletion.TO_TRASH);
    workplace
        .console()
        .say(
            now
                ? "Deleted. Free their space: tidemark collect"
                : "In the trash for 24 hours. Bring back: tidemark snapshot undelete "
                    + snapshots.getFirst().entry().snapshot());
    return new RemovedSnapshots(snapshots, now ? RemovedSnapshots.REMOVED : "TRASHED");
  }
}
