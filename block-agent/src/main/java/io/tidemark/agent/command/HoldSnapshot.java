package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.SnapshotName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "hold",
    description = "Keep a snapshot from being deleted until it is released.",
    footer = {"", "Example: tidemark snapshot hold web@latest --reason 'audit of 2027'"})
final class HoldSnapshot extends SnapshotVerb {
  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      converter = TextConverter.class,
      description = "Told to whoever tries to delete it.")
  private SnapshotName reason = new SnapshotName("");

  @Override
  protected Answer answer(Workplace workplace) {
    return new Changed(workplace.snapshots().hold(find(workplace), reason.text()));
  }
}
