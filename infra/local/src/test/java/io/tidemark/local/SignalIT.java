package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.testing.Seeded;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A process that is told to end: by Ctrl-C, by a service manager, by a terminal that goes away.
class SignalIT {
  private static final long MIB = 1 << 20;

  private static final RandomGenerator RANDOM = Seeded.random("SignalIT");

  @TempDir static Path folder;

  private static StoreServer server;
  private static Cli cli;

  @BeforeAll
  static void start() throws Exception {
    server = ServerHere.start(folder.resolve("store"));
    cli = new Cli(server.environment(), folder.resolve("state"));
    cli.initialise();
    Path image = Images.random(folder.resolve("disk.img"), 256 * MIB, RANDOM);
    cli.json("volume", "add", "disk", image.toString());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void endsASnapshotInOrder(String signal) throws Exception {
    cli.json("collect");
    Process create = cli.process("snapshot", "create", "disk", "--json").start();
    Running.awaitPacks(server, 1);

    Cli.Outcome outcome = send(signal, create);

    assertThat(outcome.status()).as(outcome.out() + outcome.err()).isEqualTo(1);
    assertThat(outcome.code()).isEqualTo("INTERRUPTED");
    assertThat(outcome.message()).contains("was not made", "collect");
    assertThat(cli.json("snapshot", "list")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void saysThatNothingWasChangedWhileNobodyAnswers(String signal) throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Process create =
          cli.with("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:" + silent.getLocalPort())
              .process("snapshot", "create", "disk", "--json")
              .start();
      try (Socket _ = silent.accept()) {
        Cli.Outcome outcome = send(signal, create);

        assertThat(outcome.status()).as(outcome.out() + outcome.err()).isEqualTo(1);
        assertThat(outcome.code()).isEqualTo("INTERRUPTED");
        assertThat(outcome.message()).contains("Nothing was changed");
        assertThat(outcome.out().strip().lines()).hasSize(1);
      }
    }
  }

  private static Cli.Outcome send(String signal, Process process) throws Exception {
    int sent =
        new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid())).start().waitFor();
    assertThat(sent).isZero();
    return Cli.await(process);
  }
}
