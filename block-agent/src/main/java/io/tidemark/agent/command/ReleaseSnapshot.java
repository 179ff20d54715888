package io.tidemark.agent.command;

import picocli.CommandLine.Command;

@Command(
    name = "release",
    description = "End every person's hold on a snapshot.",
    footer = {"", "Example: tidemark snapshot release web@latest"})
final class ReleaseSnapshot extends SnapshotVerb {
  @Override
  protected Answer answer(Workplace workplace) {
    return new Changed(workplace.snapshots().release(find(workplace)));
  }
}
