package io.tidemark.agent.command;

import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.source.Outlook;
import io.tidemark.agent.source.Outlooks;
import io.tidemark.agent.source.SourceAddress;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.volume.VolumeName;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "add",
    description = "Add an image file, block device or served disk of this host under a name.",
    footer = {
      "",
      "Examples:",
      "  tidemark volume add web /srv/images/web.img",
      "  tidemark volume add db /dev/vg0/db --chunk-size 64KiB",
      "  tidemark volume add vm1 'qemu:/run/qmp.sock#drive0'",
      "  tidemark volume add san 'nbd://10.0.0.7:10809/export?instant=promised'"
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
      paramLabel = "SOURCE",
      converter = SourceConverter.class,
      description =
          "The path of an image file or block device; nbd://HOST:PORT/EXPORT or"
              + " nbd+unix:///EXPORT?socket=PATH, with instant=promised where nobody writes to it;"
              + " or qemu:/QMP.SOCK#NODE, a block node of a running QEMU or qemu-storage-daemon,"
              + " with ?scratch=FOLDER&nbd=PATH before the # where it needs them.")
  @SuppressWarnings("NullAway.Init")
  private SourceAddress source;

  @Option(
      names = "--chunk-size",
      paramLabel = "SIZE",
      converter = ChunkSizeConverter.class,
      description =
          "A power of two from 4KiB to 4MiB, fixed for the volume's life; 32KiB when not given."
              + " Smaller ones send less after scattered writes, larger ones keep the map small.")
  private ChunkSize chunkSize = ChunkSize.DEFAULT;

  @Option(
      names = "--quiesce",
      paramLabel = "STEP",
      converter = QuiesceStepConverter.class,
      description =
          "Hold writers still around the instant of each snapshot; several in order. See: tidemark"
              + " snapshot create --help. Remembered on this host alone.")
  private List<QuiesceStep> quiesce = List.of();

  @Override
  protected Answer answer(Workplace workplace) throws IOException {
    if (VolumeId.isValid(name.text())) {
      throw new UsageException("'" + name + "' is taken for an id everywhere. Choose another name");
    }
    Outlook outlook = Outlooks.of(source);
    NamedVolume added = workplace.volumes().add(name, workplace.host(), source.text(), chunkSize);
    if (!quiesce.isEmpty()) {
      workplace.thisHost().noteQuiesceSteps(workplace.repository(), added, quiesce);
    }
    OutlookFace.lines(outlook).forEach(workplace.console()::say);
    workplace
        .console()
        .say("Added " + name + ". Make its first snapshot: tidemark snapshot create " + name);
    return new Added(added, chunkSize, outlook);
  }

  private record Added(NamedVolume volume, ChunkSize chunkSize, Outlook outlook) implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.object(
          members -> {
            VolumeFace.members(members, volume);
            members.put("chunkBytes", chunkSize.bytes());
            OutlookFace.members(members, outlook);
          });
    }

    @Override
    public void text(PrintWriter out) {
      out.println(volume.id());
    }
  }
}
