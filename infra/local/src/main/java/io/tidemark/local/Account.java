package io.tidemark.local;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/// The short account that a long run gives of itself, a line or two a step.
final class Account {
  private static final int LABEL_COLUMNS = 13;
  private static final double NANOS = 1e9;

  private final PrintWriter out;
  private final LongSupplier nanoTime;
  private final long startedNanos;
  private long stepNanos;

  Account(PrintWriter out, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
    startedNanos = nanoTime.getAsLong();
    stepNanos = startedNanos;
  }

  /// A step that is done, and how long it took since the one before.
  void step(String label, String... lines) {
    long now = nanoTime.getAsLong();
    String seconds = seconds(now - stepNanos);
    stepNanos = now;
    for (int i = 0; i < lines.length; i++) {
      String head = i == 0 ? label : "";
      String tail = i == lines.length - 1 ? "  (" + seconds + ")" : "";
      out.println(head + " ".repeat(LABEL_COLUMNS - head.length()) + lines[i] + tail);
    }
    out.flush();
  }

  void say(String line) {
    out.println(line);
    out.flush();
  }

  String totalSeconds() {
    return seconds(nanoTime.getAsLong() - startedNanos);
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / NANOS);
  }
}
