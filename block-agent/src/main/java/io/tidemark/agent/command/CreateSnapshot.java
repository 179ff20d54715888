package io.tidemark.agent.command;

import io.tidemark.agent.flow.FlowException;
import io.tidemark.agent.flow.Pulse;
import io.tidemark.agent.flow.SnapshotCreation;
import io.tidemark.agent.flow.Workshop;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.agent.pipeline.Scan;
import io.tidemark.agent.pipeline.ScanWish;
import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.agent.source.LiveConsent;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotName;
import io.tidemark.repository.volume.VolumeName;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
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

  @Override
  protected Answer answer(Workplace workplace) throws IOException, FlowException {
    Label label = new Label(name.text(), Tag.added(new TreeMap<>(), tags), Optional.empty());
    workplace.requireFitStore();
    NamedVolume named = workplace.volumes().find(volume.text());
    ProgressMeter meter = new ProgressMeter(workplace.environment().clock());
    CreationNotes told = new CreationNotes(workplace.console());
    SnapshotCreation creation =
        new SnapshotCreation(
            new Workshop(
                workplace.repository(),
                workplace.store(),
                workplace.thisHost(),
                workplace.environment().limits(),
                workplace.environment().pulse(),
                meter,
                told));
    Snapshot made;
    try (Pulse.Beating _ = ProgressLine.show(workplace, meter, "read", ProgressLine.Sent.SENT)) {
      made =
          creation.run(
              new SnapshotCreation.Request(
                  named,
                  label,
                  allowLive ? LiveConsent.ALLOW_LIVE : LiveConsent.REFUSE_LIVE,
                  fullScan ? ScanWish.ALL : ScanWish.CHANGED));
    }
    workplace.console().say(account(made));
    return new Made(new SnapshotVerb.Changed(made), told.scan());
  }

  private record Made(SnapshotVerb.Changed made, Optional<Scan> scan) implements Answer {
    @Override
    public void json(JsonWriter json) {
      SnapshotFace.json(
          json,
          made.snapshot(),
          members ->
              scan.ifPresent(
                  how -> members.object("scan", about -> CreationNotes.members(about, how))));
    }

    @Override
    public void text(PrintWriter out) {
      made.text(out);
    }

    @Override
    public String done() {
      return made.done();
    }
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
        + shown.parent().map(parent -> "; compared with " + parent).orElse("")
        + ". It is READY.";
  }
}
