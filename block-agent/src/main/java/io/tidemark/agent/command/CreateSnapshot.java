package io.tidemark.agent.command;

import io.tidemark.agent.flow.FlowException;
import io.tidemark.agent.flow.FullScans;
import io.tidemark.agent.flow.Pulse;
import io.tidemark.agent.flow.SnapshotCreation;
import io.tidemark.agent.flow.Workshop;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.quiesce.QuiesceWish;
import io.tidemark.agent.source.LiveConsent;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotName;
import io.tidemark.repository.volume.VolumeName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "create",
    description = "Make a snapshot of a volume of this host.",
    footer = {
      "",
      "Examples:",
      "  tidemark snapshot create web",
      "  tidemark snapshot create web --name before-upgrade --tag release=1.4",
      "  tidemark snapshot create db --quiesce mysql --quiesce fs:/srv/db",
      "Prints the snapshot's id. A volume that is in use is refused; --allow-live takes it anyway,"
          + " and the snapshot is marked live for ever."
    })
final class CreateSnapshot extends Verb {
  @Parameters(
      paramLabel = "VOLUME",
      converter = VolumeNameConverter.class,
      description = "One of this host's. See: tidemark volume list.")
  @SuppressWarnings("NullAway.Init")
  private VolumeName volume;

  @Option(
      names = "--name",
      paramLabel = "TEXT",
      converter = SnapshotNameConverter.class,
      description = "At most 128 characters; need not be unique.")
  private SnapshotName name = new SnapshotName("");

  @Option(
      names = "--tag",
      paramLabel = "KEY=VALUE",
      converter = TagConverter.class,
      description = "May be given several times.")
  private List<Tag> tags = List.of();

  @Option(
      names = "--allow-live",
      description = "Read the volume though it may be written meanwhile.")
  private boolean allowLive;

  @Option(
      names = "--full-scan",
      description =
          "Read all of the volume, even where its source keeps account of what changed, and check"
              + " that account by it.")
  private boolean fullScan;

  @Option(
      names = "--full-scan-every",
      paramLabel = "SPAN|COUNT",
      converter = FullScansConverter.class,
      description =
          "Do the same once the last time is so long ago (30d when not given), or for one snapshot"
              + " of so many; never or always.")
  private FullScans fullScans = FullScans.usual();

  @Option(
      names = "--quiesce",
      paramLabel = "STEP",
      converter = QuiesceStepConverter.class,
      description =
          "Hold writers still around the instant: sync, fs:MOUNTPOINT, mysql[:FILE],"
              + " postgresql[:FILE], redis[:FILE], guest:SOCKET or command:PROGRAM, with"
              + " ?timeout=SPAN and ?otherwise=crash behind it; several in order. Those of the volume"
              + " when not given.")
  private List<QuiesceStep> quiesce = List.of();

  @Option(names = "--no-quiesce", description = "Take none of the volume's steps.")
  private boolean noQuiesce;

  @Option(
      names = "--freeze-for-read",
      paramLabel = "LIMIT",
      converter = TimeSpanConverter.class,
      description =
          "Freeze the file system on the volume for the whole reading, and no longer than this"
              + " (30s); for what has no other instant.")
  private @Nullable Duration freezeForRead;

  @Override
  protected Answer answer(Workplace workplace) throws IOException, FlowException {
    if (noQuiesce && !quiesce.isEmpty()) {
      throw new UsageException("--quiesce and --no-quiesce contradict each other. Give one");
    }
    if (allowLive && freezeForRead != null) {
      throw new UsageException(
          "--allow-live and --freeze-for-read contradict each other. Give one");
    }
    Label label = new Label(name.text(), Tag.added(new TreeMap<>(), tags), Optional.empty());
    workplace.requireFitStore();
    NamedVolume named = workplace.volumes().find(volume.text());
    ProgressMeter meter = new ProgressMeter(workplace.environment().clock());
    SnapshotCreation creation =
        new SnapshotCreation(
            new Workshop(
                workplace.repository(),
                workplace.store(),
                workplace.thisHost(),
                workplace.environment().limits(),
                workplace.environment().pulse(),
                meter,
                new ConsoleNotes(workplace.console())));
    Snapshot made;
    try (Pulse.Beating _ = ProgressLine.show(workplace, meter, "read", ProgressLine.Sent.SENT)) {
      made =
          creation.run(
              new SnapshotCreation.Request(
                  named,
                  label,
                  allowLive ? LiveConsent.ALLOW_LIVE : LiveConsent.REFUSE_LIVE,
                  fullScan ? new FullScans.Always() : fullScans,
                  new QuiesceWish(steps(workplace, named), Optional.ofNullable(freezeForRead))));
    }
    workplace.console().say(account(made));
    return new SnapshotVerb.Changed(made);
  }

  private List<QuiesceStep> steps(Workplace workplace, NamedVolume named) throws IOException {
    if (noQuiesce || !quiesce.isEmpty()) {
      return quiesce;
    }
    return workplace.thisHost().quiesceSteps(workplace.repository(), named);
  }

  private static String account(Snapshot made) {
    ShownSnapshot shown = ShownSnapshot.of(made);
    return "Read "
        + shown.readBytes().map(ByteCount::text).orElse("")
        + " of "
        + shown.sizeBytes().map(ByteCount::text).orElse("")
        + ", changed "
        + shown.changedBytes().map(ByteCount::text).orElse("")
        + ", sent "
        + shown.sentBytes().map(ByteCount::text).orElse("")
        + " in "
        + shown.requests().orElse(0L)
        + " requests, "
        + shown.seconds().map(SnapshotFace::seconds).orElse("")
        + shown.heldMilliseconds().map(held -> "; writers were held for " + held + " ms").orElse("")
        + shown.parent().map(parent -> "; compared with " + parent).orElse("")
        + ". It is READY.";
  }
}
