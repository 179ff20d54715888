package io.tidemark.agent.command;

import io.tidemark.agent.command.CommandEnvironment.Terminal;
import io.tidemark.agent.flow.Pulse;
import io.tidemark.agent.pipeline.Limits;
import io.tidemark.agent.source.Sources;
import io.tidemark.repository.store.JitteredBackoff;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;

/// Wires a command line to the process that it runs in.
final class ThisProcess {
  /// A create whose answer got lost is settled within this, or reported as unknown. Long enough for
  /// a store that restarts, short enough for somebody who waits.
  private static final Duration SETTLE_WITHIN = Duration.ofMinutes(2);

  private static final Duration FIRST_WAIT = Duration.ofMillis(50);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private ThisProcess() {}

  /// Runs the command line and exits.
  static void run(String[] arguments) {
    Interruption interruption =
        new Interruption(
            Thread.currentThread(),
            Arrays.asList(arguments).contains("--json") ? Workplace.Form.JSON : Workplace.Form.TEXT,
            new StandardOutput(),
            System.err);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(interruption), "interrupt"));
    int status = ExitStatus.FAILED.code();
    try {
      status =
          RootCommand.run(environment().withOut(interruption.out()), interruption::at, arguments);
    } finally {
      interruption.ended(status);
    }
    System.exit(status);
  }

  private static void end(Interruption interruption) {
    try {
      if (interruption.run()) {
        // Else the status would be 128 and the signal's number.
        Runtime.getRuntime().halt(interruption.status());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  static CommandEnvironment environment() {
    return new CommandEnvironment(
        System.getenv(),
        new PrintWriter(System.out, false, StandardCharsets.UTF_8),
        new PrintWriter(System.err, false, StandardCharsets.UTF_8),
        errorTerminal(),
        (address, variables) -> S3Stores.open(address, variables),
        InstantSource.system(),
        SecureRandom::new,
        random -> new JitteredBackoff(random, FIRST_WAIT, LONGEST_WAIT, SETTLE_WITHIN),
        Pulse.onThreads(),
        opening -> new Sources(InstantSource.system()).open(opening),
        Limits.forCores(Runtime.getRuntime().availableProcessors()),
        hostName(),
        System.getProperty("user.name", "unknown"),
        Path.of(System.getProperty("user.home", ".")));
  }

  /// `System.console` tells of standard input and output only.
  private static Terminal errorTerminal() {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return device.startsWith("/dev/pts/")
              || device.startsWith("/dev/tty")
              || device.equals("/dev/console")
          ? Terminal.WATCHED
          : Terminal.NONE;
    } catch (IOException | UnsupportedOperationException _) {
      return Terminal.NONE;
    }
  }

  private static String hostName() {
    try {
      String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      return name.isEmpty() ? "localhost" : name;
    } catch (IOException _) {
      return System.getenv().getOrDefault("HOSTNAME", "localhost");
    }
  }
}
