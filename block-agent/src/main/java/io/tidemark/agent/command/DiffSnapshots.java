package io.tidemark.agent.command;

import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotDifference;
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
    ExtentSpool extents = new ExtentSpool(BUFFERED_EXTENTS);
    difference(workplace, before, after).show(extents::add);
    Differences differences = new Differences(extents);
    workplace.console().say(differences.account());
    return differences;
  }

  private static SnapshotDifference difference(
      Workplace workplace, Snapshot before, Snapshot after) {
    try {
      return SnapshotDifference.between(workplace.repository(), before, after);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
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
