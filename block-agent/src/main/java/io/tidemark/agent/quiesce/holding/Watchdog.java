package io.tidemark.agent.quiesce.holding;

import io.tidemark.agent.system.ThisSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A process of its own that ends what another one holds: when that is gone, when it is told to,
/// and when its time is over. It is told what to undo before that is done, over its standard input;
/// the end of that input is the end of the other process.
///
/// Lines it takes, each answered with one: `arm NUMBER MILLISECONDS UNDO`, `disarm NUMBER`, `within
/// MILLISECONDS`, `done`.
public final class Watchdog {
  static final String READY = "ready";
  static final String OK = "ok";
  static final String FAILED = "failed";
  static final String KEPT = "kept";
  static final String FIRED = "fired";

  private static final String END = "";
  private static final long RETRY_NANOS = Duration.ofMillis(100).toNanos();

  /// A minute of attempts; then somebody has to be told.
  private static final int MOST_ATTEMPTS = 600;

  private static final int ATTEMPTS_WHEN_DONE = 30;

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final PrintStream answers;
  private final PrintStream log;
  private final SequencedMap<Integer, PreparedUndo> armed = new LinkedHashMap<>();
  private long deadline;
  private boolean fired;

  private Watchdog(PrintStream answers, PrintStream log) {
    this.answers = answers;
    this.log = log;
  }

  /// Watches until its standard input ends or it is told that all is done.
  public static void main(String[] arguments) throws InterruptedException {
    ThisSession.leave();
    Watchdog watchdog = new Watchdog(System.out, System.err);
    watchdog.warmUp();
    Thread.ofPlatform().daemon().name("lines").start(watchdog::read);
    Runtime.getRuntime().addShutdownHook(new Thread(watchdog::end, "end"));
    watchdog.say(READY);
    watchdog.run();
  }

  /// All that a thaw needs is loaded now, when nothing is frozen.
  private void warmUp() throws InterruptedException {
    try (PreparedUndo undo = PreparedUndo.of(new Undo.Thaw(Path.of("/proc")))) {
      undo.perform();
    } catch (IOException _) {
      // There is nothing to thaw there.
    }
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException _) {
      // As good as the end.
    }
    lines.add(END);
  }

  private void run() throws InterruptedException {
    while (true) {
      String line = lines.poll(patience(), TimeUnit.NANOSECONDS);
      if (line == null) {
        expire();
      } else if (line.equals(END)) {
        // What comes after this needs nobody's input.
        return;
      } else if (line.equals("done")) {
        done();
        return;
      } else {
        answer(line);
      }
    }
  }

  private long patience() {
    if (armed.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return fired ? RETRY_NANOS : Math.max(0, deadline - System.nanoTime());
  }

  private void answer(String line) throws InterruptedException {
    String[] words = line.split(" ", 4);
    try {
      switch (words[0]) {
        case "arm" -> {
          arm(Integer.parseInt(words[1]), PreparedUndo.of(Undo.parse(words[3])));
          within(Long.parseLong(words[2]));
        }
        case "disarm" -> disarm(Integer.parseInt(words[1]));
        case "within" -> within(Long.parseLong(words[1]));
        case String _ -> throw new IllegalArgumentException(line);
      }
      say(OK);
    } catch (IOException | RuntimeException e) {
      say(FAILED + " " + oneLine(e));
    }
  }

  private synchronized void arm(int number, PreparedUndo undo) {
    armed.put(number, undo);
  }

  private synchronized void disarm(int number) {
    PreparedUndo undo = armed.remove(number);
    if (undo != null) {
      undo.close();
    }
  }

  private void within(long milliseconds) {
    deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
  }

  /// What is on its way yet may be frozen after this, so it is undone again and again.
  private void expire() throws InterruptedException {
    boolean first = !fired;
    fired = true;
    List<String> failures = undo();
    if (first) {
      log.println("tidemark: Writers were held for too long and were let go.");
      failures.forEach(log::println);
    }
  }

  private void done() throws InterruptedException {
    List<String> failures = undo(ATTEMPTS_WHEN_DONE);
    forget();
    say((fired ? FIRED : KEPT) + (failures.isEmpty() ? "" : " " + failures.getFirst()));
  }

  /// Also when somebody ends this process.
  private void end() {
    try {
      List<String> failures = undo(MOST_ATTEMPTS);
      failures.forEach(log::println);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> undo(int attempts) throws InterruptedException {
    List<String> failures = undo();
    for (int i = 1; i < attempts && !failures.isEmpty(); i++) {
      TimeUnit.NANOSECONDS.sleep(RETRY_NANOS);
      failures = undo();
    }
    return failures;
  }

  /// All of it, in reverse; one that fails keeps no other from being done.
  private synchronized List<String> undo() throws InterruptedException {
    List<String> failures = new ArrayList<>();
    for (PreparedUndo undo : armed.sequencedValues().reversed()) {
      try {
        undo.perform();
      } catch (IOException | RuntimeException e) {
        failures.add("tidemark: Writers may still be held: " + oneLine(e));
      }
    }
    return failures;
  }

  private synchronized void forget() {
    armed.values().forEach(PreparedUndo::close);
    armed.clear();
  }

  private void say(String line) {
    answers.println(line);
    answers.flush();
  }

  private static String oneLine(Exception e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
  }
}
