package io.tidemark.agent.command;

import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.snapshot.SnapshotName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "rename",
    description = "Give a snapshot another name.",
    footer = {"", "Example: tidemark snapshot rename web@latest before-upgrade"})
final class RenameSnapshot extends SnapshotVerb {
  @Parameters(
      index = "1",
      paramLabel = "NAME",
      converter = SnapshotNameConverter.class,
      description = "At most 128 characters; '' for none.")
  @SuppressWarnings("NullAway.Init")
  private SnapshotName name;

  @Override
  protected Answer answer(Workplace workplace) {
    return new Changed(
        workplace
            .snapshots()
            .describe(
                find(workplace), label -> new Label(name.text(), label.tags(), label.expires())));
  }
}
