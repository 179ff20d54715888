package io.tidemark.agent.command;

import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "volume", description = "Add, list and remove volumes.")
final class VolumeGroup implements VerbGroup {
  @Override
  public List<Verb> verbs() {
    return List.of(new AddVolume(), new ListVolumes(), new ShowVolume(), new RemoveVolume());
  }
}
