package io.tidemark.agent.quiesce.holding;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The [Watchdog] in a process of its own, run by this very Java and class path.
final class WatchdogProcess implements Guard {
  private static final Duration START = Duration.ofSeconds(30);

  /// For an answer, besides what it has to do for it.
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration LAST_ATTEMPTS = Duration.ofSeconds(60);

  private final Process process;
  private final Writer lines;
  private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();

  private WatchdogProcess(Process process) {
    this.process = process;
    lines = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().name("watchdog").start(this::read);
  }

  static WatchdogProcess start() throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command());
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IOException("the watchdog cannot be started (" + e.getMessage() + ")", e);
    }
    WatchdogProcess watchdog = new WatchdogProcess(process);
    boolean done = false;
    try {
      String first = watchdog.answer(START);
      if (!first.equals(Watchdog.READY)) {
        throw new IOException("the watchdog does not start: " + first);
      }
      done = true;
      return watchdog;
    } finally {
      if (!done) {
        process.destroyForcibly();
      }
    }
  }

  /// It is to start fast and to need little; it never writes to a file, which may be frozen.
  private static List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        "-Xmx24m",
        "-Xshare:auto",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        Watchdog.class.getName());
  }

  long pid() {
    return process.pid();
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().forEach(line -> answers.add(Optional.of(line)));
    } catch (IOException | UncheckedIOException _) {
      // As good as the end.
    }
    answers.add(Optional.empty());
  }

  @Override
  public void arm(int number, Undo undo, Duration most) throws IOException, InterruptedException {
    expectOk(ask("arm " + number + " " + most.toMillis() + " " + undo.text(), PATIENCE));
  }

  @Override
  public void disarm(int number) throws IOException, InterruptedException {
    expectOk(ask("disarm " + number, PATIENCE));
  }

  @Override
  public void within(Duration most) throws IOException, InterruptedException {
    expectOk(ask("within " + most.toMillis(), PATIENCE));
  }

  @Override
  public Verdict done() throws IOException, InterruptedException {
    String answer = ask("done", LAST_ATTEMPTS);
    int space = answer.indexOf(' ');
    if (space >= 0) {
      throw new IOException(answer.substring(space + 1));
    }
    return answer.equals(Watchdog.KEPT) ? Verdict.KEPT : Verdict.FIRED;
  }

  private static void expectOk(String answer) throws IOException {
    if (!answer.equals(Watchdog.OK)) {
      throw new IOException("the watchdog says: " + answer);
    }
  }

  private String ask(String line, Duration within) throws IOException, InterruptedException {
    try {
      lines.write(line + "\n");
      lines.flush();
    } catch (IOException e) {
      throw new IOException("the watchdog is gone (" + e.getMessage() + ")", e);
    }
    return answer(within);
  }

  private String answer(Duration within) throws IOException, InterruptedException {
    return Optional.ofNullable(answers.poll(within.toNanos(), TimeUnit.NANOSECONDS))
        .orElseThrow(() -> new IOException("the watchdog does not answer"))
        .orElseThrow(() -> new IOException("the watchdog is gone"));
  }

  @Override
  public void leave() {
    try {
      lines.close();
    } catch (IOException _) {
      // Then it has seen the end already.
    }
  }
}
