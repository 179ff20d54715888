package io.tidemark.agent.command;

import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "volume",
    description = "Add, list and remove volumes.",
    footer = {
      "",
      "A volume is an image file or a block device of one host, known by a name in the",
      "whole repository. Begin with: tidemark volume add web /srv/images/web.img"
    })
final class VolumeGroup implements VerbGroup {
  @Override
  public List<Verb> verbs() {
    return List.of(new AddVolume(), new ListVolumes(), new ShowVolume(), new RemoveVolume());
  }
}
