package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.Snapshot;
import picocli.CommandLine.Command;

@Command(
    name = "abort",
    description = "End a snapshot that is still being made; whoever makes it stops.",
    footer = {"", "Example: tidemark snapshot abort snap-0123456789abcdef0"})
final class AbortSnapshot extends SnapshotVerb {
  @Override
  protected Answer answer(Workplace workplace) {
    Snapshot aborted =
        workplace
            .snapshots()
            .abort(find(workplace), "aborted by " + workplace.repository().writer().actor());
    workplace.console().say("Aborted. What it uploaded goes with the next 'tidemark collect'.");
    return new RemovedSnapshots.One(aborted);
  }
}
