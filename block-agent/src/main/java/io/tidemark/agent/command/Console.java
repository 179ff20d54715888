package io.tidemark.agent.command;

import io.tidemark.agent.command.CommandEnvironment.Terminal;
import java.io.PrintWriter;

/// Standard error: warnings always, chatter and progress only where somebody watches. Safe for many
/// threads.
public final class Console {
  private static final String CLEAR_LINE = "\r\u001b[K";

  // A terminal narrower than the line would begin a new one with each refresh.
  private static final String CUT_LINE = "\u001b[?7l";
  private static final String WRAP_LINE = "\u001b[?7h";

  private final PrintWriter err;
  private final Terminal terminal;
  private boolean lineIsOpen;

  Console(PrintWriter err, Terminal terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  public boolean isWatched() {
    return terminal == Terminal.WATCHED;
  }

  /// What only somebody who watches wants to know.
  public synchronized void say(String line) {
    if (isWatched()) {
      println(Shown.lines(line));
    }
  }

  /// What must be known, whoever reads it.
  public synchronized void warn(String line) {
    println("tidemark: warning: " + Shown.lines(line));
  }

  /// A line of the log of something that runs for long.
  synchronized void log(String line) {
    println("tidemark: " + Shown.lines(line));
  }

  synchronized void error(String line) {
    println("tidemark: " + Shown.lines(line));
  }

  /// Replaces the last progress line.
  public synchronized void progress(String line) {
    if (isWatched()) {
      err.print(CLEAR_LINE + CUT_LINE + line + WRAP_LINE);
      err.flush();
      lineIsOpen = true;
    }
  }

  /// Takes the progress line away.
  public synchronized void endProgress() {
    if (lineIsOpen) {
      err.print(CLEAR_LINE);
      err.flush();
      lineIsOpen = false;
    }
  }

  synchronized void trace(Throwable failure) {
    endProgress();
    failure.printStackTrace(err);
  }

  private void println(String line) {
    endProgress();
    err.println(line);
    err.flush();
  }
}
