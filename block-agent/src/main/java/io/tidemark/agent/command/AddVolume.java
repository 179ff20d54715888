package io.tidemark.agent.command;

import io.tidemark.agent.source.Sources;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.volume.VolumeName;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "add",
    description = "Add an image file or block device of this host under a name.",
    footer = {
      "",
      "Examples:",
      "  tidemark volume add web /srv/images/web.img",
      "  tidemark volume add db /dev/vg0/db --chunk-size 64KiB"
    })
final class AddVolume extends Verb {
  @Parameters(
      index = "0",
      paramLabel = "NAME",
      converter = VolumeNameConverter.class,
      description = "1 to 63 letters, digits, '.', '_' and '-'.")
  @SuppressWarnings("NullAway.Init")
  private VolumeName name;

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      converter = PathConverter.class,
      description = "Where the volume is on this host.")
  @SuppressWarnings("NullAway.Init")
  private Path path;

  @Option(
      names = "--chunk-size",
      paramLabel = "SIZE",
      converter = ChunkSizeConverter.class,
      description =
          "A power of two from 4KiB to 4MiB, fixed for the volume's life; 32KiB when not given."
              + " Smaller ones send less after scattered writes, larger ones keep the map small.")
  private ChunkSize chunkSize = ChunkSize.DEFAULT;

  @Override
  protected Answer answer(Workplace workplace) throws IOException {
    if (VolumeId.isValid(name.text())) {
      throw new UsageException("'" + name + "' is taken for an id everywhere. Choose another name");
    }
    Path source = path.toAbsolutePath().normalize();
    Sources.requireReadable(source);
    NamedVolume added =
        workplace.volumes().add(name, workplace.host(), source.toString(), chunkSize);
    workplace
        .console()
        .say("Added " + name + ". Make its first snapshot: tidemark snapshot create " + name);
    return new Added(added, chunkSize);
  }

  private record Added(NamedVolume volume, ChunkSize chunkSize) implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.object(
          members -> {
            VolumeFace.members(members, volume);
            members.put("chunkBytes", chunkSize.bytes());
          });
    }

    @Override
    public void text(PrintWriter out) {
      out.println(volume.id());
    }
  }
}
