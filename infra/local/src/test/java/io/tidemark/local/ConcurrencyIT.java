package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.testing.Seeded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Several processes at work on one volume.
class ConcurrencyIT {
  private static final long MIB = 1 << 20;

  private final RandomGenerator random = Seeded.random("ConcurrencyIT");

  @TempDir Path folder;

  private StoreServer server;
  private Cli cli;
  private Path image;

  @BeforeEach
  void start() throws Exception {
    OneDisk disk = OneDisk.start(folder, 320 * MIB, random);
    server = disk.server();
    cli = disk.cli();
    image = disk.image();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void refusesASecondAgentOnOneHostAndNamesTheFirst() throws Exception {
    Process first = cli.process("snapshot", "create", "disk", "--json").start();
    Running.awaitState(cli, "CREATING");

    Cli.Outcome second = cli.run("snapshot", "create", "disk", "--json");

    Cli.Outcome made = Cli.await(first);
    assertThat(made.status()).as(made.out() + made.err()).isZero();
    assertThat(second.status()).as(second.out()).isEqualTo(3);
    assertThat(second.code()).isEqualTo("IN_USE");
    assertThat(second.message()).contains(Long.toString(first.pid()));
    cli.json("snapshot", "verify", "disk@latest");
  }

  @Test
  void losesNothingWhenTwoHostsOfOneNameWorkOnOneVolume() throws Exception {
    Cli twin = new Cli(server.environment(), folder.resolve("state of the twin"));
    List<Process> processes = new ArrayList<>();
    for (Cli each : List.of(cli, twin)) {
      processes.add(each.process("snapshot", "create", "disk", "--json").start());
    }
    int ready = 0;
    for (Process process : processes) {
      Cli.Outcome outcome = Cli.await(process);
      if (outcome.status() == 0) {
        ready++;
      } else {
        assertThat(outcome.code()).isEqualTo("SESSION_ENDED");
      }
    }

    assertThat(ready).isPositive();
    for (JsonNode snapshot : cli.json("snapshot", "list", "disk")) {
      assertThat(snapshot.path("state").asString()).isEqualTo("READY");
      cli.json("snapshot", "verify", snapshot.path("id").asString());
    }
    cli.json("collect");
    cli.json("repository", "check");
  }

  @Test
  void collectsOnceWhenTwoCollectWhileAThirdWrites() throws Exception {
    String first = cli.json("snapshot", "create", "disk").path("id").asString();
    Images.overwrite(image, 0, 160 * MIB, random);
    cli.json("snapshot", "create", "disk");
    cli.json("snapshot", "delete", first, "--now");
    Images.overwrite(image, 160 * MIB, 100 * MIB, random);

    Process writer = cli.process("snapshot", "create", "disk", "--json").start();
    List<Process> collectors = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      collectors.add(cli.process("collect", "--json").start());
    }

    long freedBytes = 0;
    for (Process collector : collectors) {
      Cli.Outcome outcome = Cli.await(collector);
      assertThat(outcome.status()).as(outcome.out() + outcome.err()).isZero();
      freedBytes = Math.max(freedBytes, outcome.json().path("freedBytes").asLong());
    }
    assertThat(Cli.await(writer).status()).isZero();
    assertThat(freedBytes).isGreaterThan(100 * MIB);
    for (JsonNode snapshot : cli.json("snapshot", "list", "disk")) {
      cli.json("snapshot", "verify", snapshot.path("id").asString());
    }
    cli.json("repository", "check");
  }
}
