package io.tidemark.agent.command;

import io.tidemark.agent.flow.Damage;
import io.tidemark.agent.flow.FlowException;
import io.tidemark.agent.flow.Pulse;
import io.tidemark.agent.flow.ReadingLimits;
import io.tidemark.agent.flow.ReadingReport;
import io.tidemark.agent.flow.Sample;
import io.tidemark.agent.flow.SnapshotVerification;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.snapshot.Snapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "verify",
    description = "Read a snapshot as a restore would, and compare every chunk with its id.",
    footer = {
      "",
      "Examples:",
      "  tidemark snapshot verify web@latest",
      "  tidemark snapshot verify web@latest --sample 5",
      "Exit status 1 when something is damaged; what is hurt is named."
    })
final class VerifySnapshot extends SnapshotVerb {
  @Option(
      names = "--sample",
      paramLabel = "PERCENT",
      description = {
        "Read only about so much of it, chosen at random in runs of neighbouring chunks: of a small"
            + " snapshot that may be much more or nothing.",
        "Its map is always read whole."
      })
  private double percent = 100;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Choose as an earlier run with this seed did.")
  private @Nullable Long seed;

  @Override
  protected Answer answer(Workplace workplace)
      throws IOException, InterruptedException, FlowException {
    Sample sample;
    try {
      sample =
          new Sample(
              percent, seed != null ? seed : workplace.environment().random().get().nextInt());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    Snapshot snapshot = find(workplace);
    ProgressMeter meter = new ProgressMeter(workplace.environment().clock());
    SnapshotVerification verification =
        new SnapshotVerification(
            workplace.repository(),
            ReadingLimits.forCores(workplace.environment().limits().workers()),
            workplace.environment().pulse(),
            meter,
            new ConsoleNotes(workplace.console()));
    try (Pulse.Beating _ =
        ProgressLine.show(workplace, meter, "verified", ProgressLine.Sent.NONE)) {
      return new Verified(snapshot, sample, verification.run(snapshot, sample));
    }
  }

  private record Verified(Snapshot snapshot, Sample sample, ReadingReport report)
      implements Answer {
    @Override
    public ExitStatus status() {
      return report.damage().isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    @Override
    public void json(JsonWriter json) {
      json.object(
          members -> {
            SnapshotFace.which(members, snapshot)
                .put("sizeBytes", report.sizeBytes())
                .put("dataBytes", report.dataBytes())
                .put("checkedBytes", report.checkedBytes())
                .put("checkedChunks", report.checkedChunks())
                .put("askedPercent", Optional.of(percent(sample.percent())))
                .put("checkedPercent", Optional.of(percent(report.checkedPercent())))
                .put("seed", sample.seed());
            DamageFace.json(members, report.damage(), this::sharedBy);
          });
    }

    @Override
    public void text(PrintWriter out) {
      String part =
          sample.percent() == 100
              ? ""
              : ", "
                  + percent(report.checkedPercent()).toPlainString()
                  + " % of "
                  + ByteCount.text(report.dataBytes())
                  + ", where "
                  + percent(sample.percent()).toPlainString()
                  + " % were asked for (--seed "
                  + sample.seed()
                  + ")";
      out.println(
          snapshot.entry().snapshot()
              + " of "
              + snapshot.volume().name()
              + ": "
              + (report.damage().isEmpty() ? "sound" : "DAMAGED")
              + ", "
              + ByteCount.text(report.checkedBytes())
              + " in "
              + report.checkedChunks()
              + " chunks read"
              + part);
      for (Damage damage : report.damage()) {
        out.println(Shown.lines("  " + damage.describe()));
        List<SnapshotId> others = sharedBy(damage.key());
        if (!others.isEmpty()) {
          out.println(
              "    also needed by "
                  + String.join(", ", others.stream().map(SnapshotId::text).toList()));
        }
      }
    }

    /// To four digits, for a sample may be a tiny part.
    private static BigDecimal percent(double percent) {
      BigDecimal rounded = new BigDecimal(percent, new MathContext(4)).stripTrailingZeros();
      return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
    }

    private List<SnapshotId> sharedBy(String key) {
      return report.sharedBy().getOrDefault(key, List.of());
    }
  }
}
