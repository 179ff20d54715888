package io.tidemark.agent.command;

import io.tidemark.agent.flow.FlowException;
import io.tidemark.agent.flow.Pulse;
import io.tidemark.agent.flow.ReadingLimits;
import io.tidemark.agent.flow.RestorePreview;
import io.tidemark.agent.flow.SnapshotRestore;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.agent.restore.Placement;
import io.tidemark.agent.restore.Prospect;
import io.tidemark.agent.restore.RestoreTarget;
import io.tidemark.agent.restore.RestoreTargets;
import io.tidemark.agent.restore.TargetException;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.snapshot.Snapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "restore",
    description = "Write a snapshot to a new file, a block device or standard output.",
    footer = {
      "",
      "Examples:",
      "  tidemark snapshot restore web@latest --to /srv/images/web-restored.img",
      "  tidemark snapshot restore snap-0123 --to /srv/images/web.img --in-place",
      "  tidemark snapshot restore web@latest --to /dev/vg0/web",
      "  tidemark snapshot restore web@latest --to - | zstd > web.img.zst",
      "  tidemark snapshot restore web@latest --to /dev/vg0/web --dry-run"
    })
final class RestoreSnapshot extends SnapshotVerb {
  @Option(
      names = "--to",
      paramLabel = "PATH",
      required = true,
      description = "A new file, a block device, or - for standard output.")
  private String to = "";

  @Option(
      names = "--in-place",
      description = "Read what is at PATH already, and write only what differs.")
  private boolean inPlace;

  @Option(
      names = "--dry-run",
      description =
          "Check the snapshot's map and the target, show what would be fetched and written (with"
              + " --in-place at most), and change nothing.")
  private boolean dryRun;

  @Override
  protected Answer answer(Workplace workplace)
      throws IOException, InterruptedException, FlowException {
    if (to.isEmpty()) {
      throw new UsageException("Restore to where? Give --to PATH, or --to - for standard output");
    }
    if (to.equals(RestoreTargets.STANDARD_OUTPUT) && workplace.isJsonWanted() && !dryRun) {
      throw new UsageException(
          "--json and '--to -' both want standard output. Leave one of them out");
    }
    try {
      PathConverter.parse(to);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    Snapshot snapshot = find(workplace);
    return dryRun ? look(workplace, snapshot) : restore(workplace, snapshot);
  }

  private Answer look(Workplace workplace, Snapshot snapshot) throws IOException, FlowException {
    ProgressMeter meter = new ProgressMeter(workplace.environment().clock());
    RestorePreview preview =
        new RestorePreview(
            workplace.repository(),
            limits(workplace),
            meter,
            new ConsoleNotes(workplace.console()));
    try (Pulse.Beating _ =
        ProgressLine.show(workplace, meter, "looked up", ProgressLine.Sent.NONE)) {
      return new WouldRestore(
          snapshot,
          to,
          preview.run(snapshot, sizeBytes -> RestoreTargets.look(to, placement(), sizeBytes)));
    }
  }

  private static ReadingLimits limits(Workplace workplace) {
    return ReadingLimits.forCores(workplace.environment().limits().workers());
  }

  private Placement placement() {
    return inPlace ? Placement.IN_PLACE : Placement.FRESH;
  }

  private Answer restore(Workplace workplace, Snapshot snapshot)
      throws IOException, InterruptedException, FlowException {
    ProgressMeter meter = new ProgressMeter(workplace.environment().clock());
    SnapshotRestore restore =
        new SnapshotRestore(
            workplace.repository(),
            limits(workplace),
            workplace.environment().pulse(),
            meter,
            new ConsoleNotes(workplace.console()));
    Instant begin = workplace.environment().clock().instant();
    SnapshotRestore.Outcome outcome;
    try (Pulse.Beating _ =
        ProgressLine.show(workplace, meter, "restored", ProgressLine.Sent.WRITTEN)) {
      outcome = restore.run(snapshot, destination(workplace));
    }
    long milliseconds =
        Math.max(0, Duration.between(begin, workplace.environment().clock().instant()).toMillis());
    Restored restored = new Restored(snapshot, to, outcome, milliseconds);
    workplace.console().say(restored.account());
    return restored;
  }

  private SnapshotRestore.Destination destination(Workplace workplace) {
    Optional<NamedVolume> volume = volumeAt(workplace);
    return new SnapshotRestore.Destination(
        to, workplace.host(), volume, sizeBytes -> open(workplace, volume, sizeBytes));
  }

  private RestoreTarget open(Workplace workplace, Optional<NamedVolume> volume, long sizeBytes)
      throws TargetException {
    RestoreTarget target = RestoreTargets.open(to, placement(), sizeBytes);
    if (volume.isEmpty() || target.made().isPresent()) {
      return target;
    }
    try {
      return workplace.thisHost().noting(workplace.repository(), volume.get(), target, "by hand");
    } catch (IOException e) {
      target.close();
      throw new UncheckedIOException(e);
    }
  }

  /// The volume of this host that lies at the target, if one does.
  private Optional<NamedVolume> volumeAt(Workplace workplace) {
    if (to.equals(RestoreTargets.STANDARD_OUTPUT)) {
      return Optional.empty();
    }
    return workplace.volumes().list().stream()
        .filter(volume -> volume.host().equals(workplace.host()))
        .filter(volume -> isSame(volume.source()))
        .findFirst();
  }

  private boolean isSame(String source) {
    try {
      return Files.isSameFile(Path.of(source), Path.of(to));
    } catch (IOException | InvalidPathException e) {
      // One of them is not there: then they are not the same.
      return false;
    }
  }

  private static String targetText(String to) {
    return to.equals(RestoreTargets.STANDARD_OUTPUT) ? "standard output" : Shown.of(to);
  }

  /// What both documents begin with.
  private static JsonWriter head(JsonWriter members, Snapshot snapshot, String to, boolean dryRun) {
    return SnapshotFace.which(members, snapshot).put("target", to).put("dryRun", dryRun);
  }

  private record WouldRestore(Snapshot snapshot, String to, RestorePreview.Outcome outcome)
      implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.object(
          members ->
              head(members, snapshot, to, true)
                  .put("sizeBytes", outcome.sizeBytes())
                  .put("writtenBytes", outcome.writtenBytes())
                  .put("fetchedBytes", outcome.fetchedBytes())
                  .put("requests", outcome.requests())
                  .put("atMost", isAtMost())
                  .array("remarks", outcome.prospect().remarks(), json::text));
    }

    /// What is there already is not read, so it is not known what of it differs.
    private boolean isAtMost() {
      return outcome.prospect().kind() == Prospect.Kind.IN_PLACE;
    }

    @Override
    public void text(PrintWriter out) {
      String most = isAtMost() ? "at most " : "";
      out.println(
          "would restore "
              + snapshot.entry().snapshot()
              + " of "
              + Shown.of(snapshot.volume().name())
              + ", "
              + ByteCount.text(outcome.sizeBytes()));
      out.println("to             " + targetText(to) + ": " + outcome.prospect().kind().words());
      out.println("would write    " + most + ByteCount.text(outcome.writtenBytes()));
      out.println(
          "would fetch    "
              + most
              + ByteCount.text(outcome.fetchedBytes())
              + " in "
              + outcome.requests()
              + " requests");
      outcome.prospect().remarks().forEach(remark -> out.println(Shown.lines(remark)));
    }
  }

  private record Restored(
      Snapshot snapshot, String to, SnapshotRestore.Outcome outcome, long milliseconds)
      implements Answer {
    @Override
    public void json(JsonWriter json) {
      json.object(
          members ->
              head(members, snapshot, to, false)
                  .put("sizeBytes", outcome.sizeBytes())
                  .put("writtenBytes", outcome.writtenBytes())
                  .putSeconds("seconds", milliseconds));
    }

    @Override
    public void text(PrintWriter out) {
      // The bytes are the result; the account went to whoever watches.
    }

    String account() {
      return "Restored "
          + snapshot.entry().snapshot()
          + " of "
          + snapshot.volume().name()
          + " to "
          + targetText(to)
          + ": "
          + ByteCount.text(outcome.sizeBytes())
          + ", of which "
          + ByteCount.text(outcome.writtenBytes())
          + " were written, in "
          + SnapshotFace.seconds(java.math.BigDecimal.valueOf(milliseconds, 3))
          + ".";
    }
  }
}
