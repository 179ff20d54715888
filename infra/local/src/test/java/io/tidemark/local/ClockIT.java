package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.repository.testing.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Hosts whose clocks are wrong by a day: only what people read is wrong too.
class ClockIT {
  private static final long MIB = 1 << 20;

  private final RandomGenerator random = Seeded.random("ClockIT");

  @TempDir Path folder;

  private StoreServer server;
  private Cli cli;
  private Path image;

  @BeforeEach
  void start() throws Exception {
    OneDisk disk = OneDisk.start(folder, 8 * MIB, random);
    server = disk.server();
    cli = disk.cli();
    image = disk.image();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void makesAndRestoresSnapshotsByAnyClock() throws Exception {
    for (long hours : new long[] {0, 24, -24, 0}) {
      Images.overwrite(image, 0, MIB, random);
      JsonNode made = host("state", hours).run("snapshot", "create", "disk");
      Path restored = folder.resolve("restored.img");
      host("state", -hours)
          .run("snapshot", "restore", made.path("id").asString(), "--to", restored.toString());
      assertThat(Files.mismatch(image, restored)).isEqualTo(-1);
      Files.delete(restored);
      // The newest is the one made last, whatever its times say.
      assertThat(cli.json("snapshot", "show", "disk@latest").path("id")).isEqualTo(made.path("id"));
    }
    cli.json("repository", "check");
  }

  @Test
  void keepsTheTrashForADayOfTheStoresClock() throws Exception {
    host("state", 0).run("snapshot", "create", "disk");
    String id = cli.json("snapshot", "show", "disk@latest").path("id").asString();
    cli.json("snapshot", "delete", id);

    JsonNode collected = host("state", 48).run("collect");

    assertThat(collected.path("freedBytes").asLong()).isZero();
    cli.json("snapshot", "undelete", id);
    cli.json("snapshot", "verify", id);
  }

  @Test
  void doesNotTakeARunningSessionForADeadOne() throws Exception {
    Images.overwrite(image, 0, 8 * MIB, random);
    Path large = Images.random(folder.resolve("large.img"), 256 * MIB, random);
    cli.json("volume", "add", "large", large.toString());
    Process create = cli.process("snapshot", "create", "large", "--json").start();
    Running.awaitPacks(server, 1);

    // Another host, a day ahead.
    host("elsewhere", 24, "elsewhere").run("collect");

    Cli.Outcome made = Cli.await(create);
    assertThat(made.status()).as(made.out() + made.err()).isZero();
    cli.json("snapshot", "verify", "large@latest");
  }

  private CommandRunner host(String state, long hoursAhead) {
    return host(state, hoursAhead, CommandEnvironment.ofThisProcess().host());
  }

  private CommandRunner host(String state, long hoursAhead, String name) {
    CommandEnvironment real = CommandEnvironment.ofThisProcess();
    InstantSource clock = () -> real.clock().instant().plus(Duration.ofHours(hoursAhead));
    return new CommandRunner(
        real.withVariables(
                cli.with("TIDEMARK_STATE", folder.resolve(state).toString())
                    .with("TIDEMARK_HOST", name)
                    .variables())
            .withClock(clock));
  }
}
