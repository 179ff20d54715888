package io.tidemark.agent.command;

import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "agent", description = "Serve the requests for this host's volumes.")
final class AgentGroup implements VerbGroup {
  @Override
  public List<Verb> verbs() {
    return List.of(new RunAgent(), new CheckConfiguration());
  }
}
