package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandEnvironment;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Waits until a process that works has come to some point, seen from outside.
final class Running {
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private Running() {}

  /// Until a snapshot is in that state.
  static void awaitState(Cli cli, String state) throws Exception {
    CommandRunner lines =
        new CommandRunner(CommandEnvironment.ofThisProcess().withVariables(cli.variables()));
    await(
        () -> {
          for (JsonNode snapshot : lines.run("snapshot", "list")) {
            if (snapshot.path("state").asString().equals(state)) {
              return true;
            }
          }
          return false;
        });
  }

  /// Until so many packs are in the store; those on their way have other names on the server's
  /// disk.
  static void awaitPacks(StoreServer server, int packs) throws Exception {
    await(
        () -> {
          Path volumes = server.objects().resolve("volumes");
          if (!Files.exists(volumes)) {
            return false;
          }
          try (Stream<Path> all = Files.walk(volumes)) {
            return all.filter(path -> path.toString().matches(".*/packs/[0-9]{20}/[0-9]{8}"))
                    .count()
                >= packs;
          } catch (UncheckedIOException e) {
            // Something went while it was walked over.
            return false;
          }
        });
  }

  /// Sends a signal, as Ctrl-C (`INT`) or an operator (`STOP`, `CONT`) does.
  static void signal(Process process, String signal) throws Exception {
    Images.run("kill", "-" + signal, Long.toString(process.pid()));
  }

  /// Until something has come about.
  static void await(Callable<Boolean> come) throws Exception {
    long begin = System.nanoTime();
    while (!come.call()) {
      assertThat(System.nanoTime() - begin).isLessThan(PATIENCE_NANOS);
      // What is waited for needs the processor too.
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
