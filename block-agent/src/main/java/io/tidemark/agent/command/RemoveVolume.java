package io.tidemark.agent.command;

import io.tidemark.agent.source.SourceAddress;
import io.tidemark.agent.source.Sources;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.volume.VolumeName;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "remove",
    description = "Remove a volume that has no snapshots any more, trashed ones included.",
    footer = {
      "",
      "Example: tidemark volume remove web",
      "What it left in the bucket goes with the next" + " 'tidemark collect'."
    })
final class RemoveVolume extends Verb {
  @Parameters(
      paramLabel = "NAME",
      converter = VolumeNameConverter.class,
      description = "See: tidemark volume list.")
  @SuppressWarnings("NullAway.Init")
  private VolumeName name;

  @Override
  protected Answer answer(Workplace workplace) {
    NamedVolume volume = workplace.volumes().find(name.text());
    workplace.volumes().remove(volume);
    if (volume.host().equals(workplace.host())) {
      try {
        Sources.forget(SourceAddress.parse(volume.source()), volume.id());
      } catch (IllegalArgumentException | IOException e) {
        workplace.console().warn("Something may be left beside its source: " + e.getMessage());
      }
    }
    workplace.console().say("Removed " + volume.name() + ". Free its space: tidemark collect");
    return new Removed(volume);
  }

  private record Removed(NamedVolume volume) implements Answer {
    @Override
    public void json(JsonWriter json) {
      VolumeFace.json(json, volume);
    }

    @Override
    public void text(PrintWriter out) {
      out.println(volume.id());
    }
  }
}
