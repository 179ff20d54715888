package io.tidemark.agent.command;

import io.tidemark.agent.flow.Pulse;
import io.tidemark.agent.pipeline.Progress;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.agent.quantity.ByteCount;
import java.time.Duration;
import java.util.Locale;

/// Shows how far a flow has come, in one line that is written over and over.
final class ProgressLine {
  private static final Duration REFRESH = Duration.ofMillis(250);

  private ProgressLine() {}

  /// Words for the bytes that a meter counts as sent.
  enum Sent {
    SENT,
    WRITTEN,
    /// Nothing is worth showing.
    NONE
  }

  /// Begins; nothing is shown where nobody watches.
  static Pulse.Beating show(Workplace workplace, ProgressMeter meter, String verb, Sent sent) {
    Console console = workplace.console();
    if (!console.isWatched()) {
      return () -> {};
    }
    Pulse.Beating beating =
        workplace
            .environment()
            .pulse()
            .every(
                REFRESH,
                () ->
                    console.progress(
                        workplace.isStoreAwaited()
                            ? waitingLine(meter.progress(), verb)
                            : line(meter.progress(), verb, sent)));
    return () -> {
      beating.close();
      console.endProgress();
    };
  }

  static String line(Progress progress, String verb, Sent sent) {
    StringBuilder line = new StringBuilder();
    line.append(verb)
        .append(' ')
        .append(ByteCount.text(progress.readBytes()))
        .append(" of ")
        .append(ByteCount.text(progress.totalBytes()));
    switch (sent) {
      case SENT ->
          line.append(", changed ")
              .append(ByteCount.text(progress.changedBytes()))
              .append(", sent ")
              .append(ByteCount.text(progress.sentBytes()));
      case WRITTEN -> line.append(", wrote ").append(ByteCount.text(progress.sentBytes()));
      case NONE -> {}
    }
    line.append(", ").append(ByteCount.text(progress.bytesPerSecond())).append("/s");
    progress.left().ifPresent(left -> line.append(", ").append(text(left)).append(" left"));
    return line.toString();
  }

  /// Short: it must not lose its end.
  static String waitingLine(Progress progress, String verb) {
    return verb
        + ' '
        + ByteCount.text(progress.readBytes())
        + " of "
        + ByteCount.text(progress.totalBytes())
        + ", waiting for the store";
  }

  private static String text(Duration left) {
    return left.toHours() > 0
        ? String.format(Locale.ROOT, "%d:%02d h", left.toHours(), left.toMinutesPart())
        : String.format(Locale.ROOT, "%d:%02d", left.toMinutes(), left.toSecondsPart());
  }
}
