package io.tidemark.agent.command;

import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "list",
    description = "List the volumes of a repository.",
    footer = {"", "Example: tidemark volume list"})
final class ListVolumes extends Verb {
  @Override
  protected Answer answer(Workplace workplace) {
    List<NamedVolume> volumes = workplace.volumes().list();
    if (volumes.isEmpty()) {
      workplace.console().say("There are no volumes yet. Add one: tidemark volume add NAME PATH");
    }
    return new Listed(volumes);
  }

  private record Listed(List<NamedVolume> volumes) implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.array(volumes, volume -> VolumeFace.json(json, volume));
    }

    @Override
    public void text(PrintWriter out) {
      if (volumes.isEmpty()) {
        return;
      }
      TextTable table = new TextTable("NAME", "ID", "HOST", "SOURCE");
      for (NamedVolume volume : volumes) {
        table.add(volume.name(), volume.id().text(), volume.host(), volume.source());
      }
      table.print(out);
    }
  }
}
