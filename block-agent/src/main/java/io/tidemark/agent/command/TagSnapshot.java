package io.tidemark.agent.command;

import io.tidemark.repository.journal.volume.Label;
import java.util.List;
import java.util.SortedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "tag",
    description = "Put tags on a snapshot, or take them off.",
    footer = {
      "",
      "Examples:",
      "  tidemark snapshot tag web@latest release=1.4 keep=year",
      "  tidemark snapshot tag web@latest --remove keep"
    })
final class TagSnapshot extends SnapshotVerb {
  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "KEY=VALUE",
      description = "Takes the place of a tag with the same key.")
  private List<String> words = List.of();

  @Option(names = "--remove", paramLabel = "KEY", description = "Takes a tag off.")
  private List<String> removed = List.of();

  @Override
  protected Answer answer(Workplace workplace) {
    List<Tag> tags = ParsedWords.of(words, Tag::parse);
    if (tags.isEmpty() && removed.isEmpty()) {
      throw new UsageException("Which tags? Give KEY=VALUE, or --remove KEY");
    }
    return new Changed(
        workplace.snapshots().describe(find(workplace), label -> change(label, tags)));
  }

  private Label change(Label label, List<Tag> tags) {
    SortedMap<String, String> all = Tag.added(label.tags(), tags);
    for (String key : removed) {
      all.remove(key);
    }
    return new Label(label.name(), all, label.expires());
  }
}
