package io.tidemark.agent.command;

import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "snapshot",
    description = "Make, list, restore and delete snapshots.",
    footer = {
      "",
      "SNAPSHOT is an id (snap-0123456789abcdef0), the unique beginning of one, VOLUME@latest or"
          + " VOLUME@NAME."
    })
final class SnapshotGroup implements VerbGroup {
  @Override
  public List<Verb> verbs() {
    return List.of(
        new CreateSnapshot(),
        new ListSnapshots(),
        new ShowSnapshot(),
        new RenameSnapshot(),
        new TagSnapshot(),
        new HoldSnapshot(),
        new ReleaseSnapshot(),
        new AbortSnapshot(),
        new DiffSnapshots(),
        new VerifySnapshot(),
        new RestoreSnapshot(),
        new DeleteSnapshots(),
        new UndeleteSnapshots());
  }
}
