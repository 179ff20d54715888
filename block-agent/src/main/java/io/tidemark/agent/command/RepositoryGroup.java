package io.tidemark.agent.command;

import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "repository", description = "Make, look at and check a repository.")
final class RepositoryGroup implements VerbGroup {
  @Override
  public List<Verb> verbs() {
    return List.of(
        new InitRepository(), new ShowRepository(), new ProbeStore(), new CheckRepository());
  }
}
