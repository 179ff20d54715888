package io.tidemark.agent.command;

import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.repository.Refused;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.map.MapDifference;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotSelector;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "diff",
    description = {
      "List the byte ranges in which two snapshots of one volume differ.",
      "They are whole chunks; what only the larger volume has counts as different."
    },
    footer = {"", "Example: tidemark snapshot diff web@before-upgrade web@latest"})
final class DiffSnapshots extends Verb {
  /// A MiB of them.
  private static final int BUFFERED_EXTENTS = 1 << 16;

  @Parameters(
      index = "0",
      paramLabel = "OLDER",
      converter = SnapshotConverter.class,
      description = "An id, the unique beginning of one, VOLUME@latest or VOLUME@NAME.")
  @SuppressWarnings("NullAway.Init")
  private SnapshotSelector older;

  @Parameters(
      index = "1",
      paramLabel = "NEWER",
      converter = SnapshotConverter.class,
      description = "Another one of the same volume.")
  @SuppressWarnings("NullAway.Init")
  private SnapshotSelector newer;

  @Override
  protected Answer answer(Workplace workplace) {
    Snapshot before = workplace.snapshots().find(older);
    Snapshot after = workplace.snapshots().find(newer);
    if (!before.volume().id().equals(after.volume().id())) {
      throw new UsageException(
          before.entry().snapshot()
              + " is of "
              + before.volume().name()
              + " and "
              + after.entry().snapshot()
              + " of "
              + after.volume().name()
              + ". Compare two snapshots of one volume");
    }
    ChunkSize chunkSize =
        workplace
            .repository()
            .journal(before.volume().id())
            .read()
            .state()
            .volume()
            .orElseThrow()
            .chunkSize();
    Differences differences = new Differences(difference(workplace, before, after, chunkSize));
    workplace.console().say(differences.account());
    return differences;
  }

  private static ExtentSpool difference(
      Workplace workplace, Snapshot before, Snapshot after, ChunkSize chunkSize) {
    Root one = root(before);
    Root other = root(after);
    long sharedBytes = Math.min(one.sizeBytes(), other.sizeBytes());
    long largestBytes = Math.max(one.sizeBytes(), other.sizeBytes());
    ExtentSpool extents = new ExtentSpool(BUFFERED_EXTENTS);
    try (StoreNodeSource nodes = new StoreNodeSource(workplace.store())) {
      MapDifference.chunks(
          one,
          other,
          chunkSize,
          nodes,
          (chunk, _, _) -> {
            long begin = chunk * chunkSize.bytes();
            if (begin < sharedBytes) {
              extents.add(begin, Math.min(begin + chunkSize.bytes(), largestBytes));
            }
          });
    }
    extents.add(sharedBytes, largestBytes);
    return extents;
  }

  private static Root root(Snapshot snapshot) {
    return snapshot
        .entry()
        .content()
        .map(Phase.Content::root)
        .orElseThrow(
            () ->
                new Refused(
                    Refused.Reason.WRONG_STATE,
                    snapshot.entry().snapshot()
                        + " of "
                        + snapshot.volume().name()
                        + " is "
                        + snapshot.entry().phase().word()
                        + " and holds nothing to compare."));
  }

  private record Differences(ExtentSpool extents) implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.array(extents::forEach, extent -> DamageFace.extent(json, extent));
    }

    @Override
    public void text(PrintWriter out) {
      extents.forEach(extent -> out.println(extent.offsetBytes() + " " + extent.lengthBytes()));
    }

    @Override
    public void afterwards() throws IOException {
      extents.close();
    }

    String account() {
      return extents.count() == 0
          ? "They are equal."
          : ByteCount.text(extents.bytes())
              + " differ, in "
              + extents.count()
              + " ranges (offset and length in bytes):";
    }
  }
}
