package io.tidemark.agent.command;

import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "repository",
    description = "Make, look at and check a repository.",
    footer = {
      "",
      "A repository is all that lies under one prefix of a bucket.",
      "Begin with: tidemark repository init"
    })
final class RepositoryGroup implements VerbGroup {
  @Override
  public List<Verb> verbs() {
    return List.of(
        new InitRepository(), new ShowRepository(), new ProbeStore(), new CheckRepository());
  }
}
