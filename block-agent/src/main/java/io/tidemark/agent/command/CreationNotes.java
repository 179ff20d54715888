package io.tidemark.agent.command;

import io.tidemark.agent.flow.Notes;
import io.tidemark.agent.pipeline.Scan;
import io.tidemark.repository.key.SnapshotId;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;

/// What the making of a snapshot tells, on the console; keeps how the volume was read.
final class CreationNotes implements Notes {
  private final ConsoleNotes console;
  private volatile Optional<Scan> scan = Optional.empty();

  CreationNotes(Console console) {
    this.console = new ConsoleNotes(console);
  }

  @Override
  public void warn(String sentence) {
    console.warn(sentence);
  }

  @Override
  public void begun(SnapshotId snapshot) {
    console.begun(snapshot);
  }

  @Override
  public void scanned(Scan how) {
    scan = Optional.of(how);
  }

  @Override
  public void step(String sentence) {
    console.step(sentence);
  }

  Optional<Scan> scan() {
    return scan;
  }

  static void members(JsonWriter json, Scan scan) {
    JsonWriter _ =
        switch (scan) {
          case Scan.Full(String reason) -> json.put("kind", "full").put("reason", reason);
          case Scan.Tracked tracked ->
              json.put("kind", "tracked")
                  .put("tracker", tracked.tracker())
                  .put("reportedBytes", tracked.reportedBytes())
                  .put("sampledChunks", tracked.sampledChunks())
                  .put("missChance", Optional.of(rounded(tracked.missChance())));
          case Scan.Distrusted(String tracker, long wrong) ->
              json.put("kind", "distrusted").put("tracker", tracker).put("wrongOffsetBytes", wrong);
        };
  }

  private static BigDecimal rounded(double chance) {
    return new BigDecimal(chance).round(new MathContext(3));
  }
}
