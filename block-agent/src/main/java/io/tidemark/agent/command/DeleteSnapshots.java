package io.tidemark.agent.command;

import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.repository.collect.DeletionGain;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots.Deletion;
import java.util.List;
import java.util.Optional;
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
      "  tidemark snapshot delete web@latest --dry-run",
      "Space is freed by 'tidemark collect'."
    })
final class DeleteSnapshots extends SnapshotsVerb {
  @Option(names = "--now", description = "Past the trash: nothing brings them back.")
  private boolean now;

  @Option(
      names = "--dry-run",
      description = "Show whether they can be deleted, and what that would free in the end.")
  private boolean dryRun;

  @Override
  protected Answer answer(Workplace workplace) {
    List<Snapshot> snapshots = find(workplace);
    String state = now ? RemovedSnapshots.REMOVED : "TRASHED";
    if (dryRun) {
      workplace.snapshots().requireDeletable(snapshots);
      long freedBytes = freedBytes(workplace, snapshots);
      workplace
          .console()
          .say("This would free " + ByteCount.text(freedBytes) + (now ? "." : ", in 24 hours."));
      return new RemovedSnapshots(snapshots, state, Optional.of(freedBytes));
    }
    workplace.snapshots().delete(snapshots, now ? Deletion.NOW : Deletion.TO_TRASH);
    workplace
        .console()
        .say(
            now
                ? "Deleted. Free their space: tidemark collect"
                : "In the trash for 24 hours. Bring back: tidemark snapshot undelete "
                    + snapshots.getFirst().entry().snapshot());
    return new RemovedSnapshots(snapshots, state, Optional.empty());
  }

  /// What a collection frees after them that it would not free now.
  private static long freedBytes(Workplace workplace, List<Snapshot> snapshots) {
    try (StoreNodeSource nodes = new StoreNodeSource(workplace.store())) {
      return new DeletionGain(workplace.repository(), nodes).bytes(snapshots);
    }
  }
}
