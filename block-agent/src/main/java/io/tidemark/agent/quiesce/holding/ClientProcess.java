package io.tidemark.agent.quiesce.holding;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A program of this host that is talked to by lines. It sees the end of its input when this
/// process ends, however that ends.
final class ClientProcess implements AutoCloseable {
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final int MOST_WORDS = 400;

  private final String name;
  private final Process process;
  private final Writer input;
  private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
  private final StringBuilder complaints = new StringBuilder();
  private final Thread listener;

  private ClientProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    input = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().name(name).start(this::read);
    listener = Thread.ofPlatform().daemon().name(name + " errors").start(this::listen);
  }

  /// @param environment what it is told besides this process's own
  static ClientProcess start(List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      return new ClientProcess(command.getFirst(), builder.start());
    } catch (IOException e) {
      throw new IOException(command.getFirst() + " cannot be run (" + e.getMessage() + ")", e);
    }
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().forEach(line -> lines.add(Optional.of(line)));
    } catch (IOException | UncheckedIOException _) {
      // As good as the end.
    }
    lines.add(Optional.empty());
  }

  private void listen() {
    byte[] some = new byte[1024];
    try (InputStream errors = process.getErrorStream()) {
      for (int read = errors.read(some); read >= 0; read = errors.read(some)) {
        hear(new String(some, 0, read, StandardCharsets.UTF_8));
      }
    } catch (IOException _) {
      // There is no more to hear.
    }
  }

  private synchronized void hear(String text) {
    // All of it is taken, so that the program never waits for a reader; the beginning is kept.
    if (complaints.length() < MOST_WORDS) {
      complaints.append(text);
    }
  }

  void send(String text) throws IOException, InterruptedException {
    try {
      input.write(text);
      input.flush();
    } catch (IOException e) {
      throw failed("ended", e);
    }
  }

  /// Waits for a line that says just this, past others.
  ///
  /// @throws IOException with its own words when it ends before, or not in time
  void expect(String wanted, Duration within) throws IOException, InterruptedException {
    long end = System.nanoTime() + within.toNanos();
    while (true) {
      Optional<Optional<String>> next =
          Optional.ofNullable(
              lines.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
      if (next.isEmpty()) {
        throw failed("did not answer in time", null);
      }
      Optional<String> line = next.get();
      if (line.isEmpty()) {
        throw failed("ended", null);
      }
      if (line.get().equals(wanted)) {
        return;
      }
    }
  }

  /// Ends its input and waits for its end.
  ///
  /// @throws IOException with its own words when it fails or does not end in time
  void finish(Duration within) throws IOException, InterruptedException {
    try {
      input.close();
    } catch (IOException _) {
      // Its status says more.
    }
    if (!process.waitFor(within.toNanos(), TimeUnit.NANOSECONDS)) {
      throw failed("was not done in time", null);
    }
    if (process.exitValue() != 0) {
      throw failed("ended with status " + process.exitValue(), null);
    }
  }

  private IOException failed(String how, @Nullable IOException cause) throws InterruptedException {
    if (!process.isAlive() || process.waitFor(100, TimeUnit.MILLISECONDS)) {
      listener.join(LAST_WORDS);
    }
    String words;
    synchronized (this) {
      words = complaints.toString().strip().replaceAll("\\s+", " ");
    }
    return new IOException(name + " " + how + (words.isEmpty() ? "" : ": " + words), cause);
  }

  /// Ends it, whatever it does.
  @Override
  public void close() {
    try {
      input.close();
    } catch (IOException _) {
      // It has ended.
    }
    process.destroyForcibly();
  }
}
