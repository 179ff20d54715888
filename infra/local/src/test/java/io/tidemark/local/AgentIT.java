package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.restore.RestoreTarget;
import io.tidemark.repository.testing.Seeded;
import io.tidemark.repository.volume.VolumeName;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The agent as a process serves requests over a store that is a process too; both may be killed.
class AgentIT {
  private static final int KILLS = Integer.getInteger("tidemark.kills", 15);
  private static final Duration LONG = Duration.ofMinutes(30);
  private static final long MIB = 1 << 20;
  private static final long IMAGE_BYTES = 48 * MIB;

  private final RandomGenerator random = Seeded.random("AgentIT");

  @TempDir Path folder;

  private StoreServer server;
  private Cli cli;
  private Requester requester;
  private Path image;
  private Path pool;

  @BeforeEach
  void makeRepository() throws Exception {
    server = ServerHere.start(folder.resolve("store"));
    cli = new Cli(server.environment(), folder.resolve("state")).here();
    cli.initialise();
    requester = new Requester(server.environment(), random);
    image = Images.random(folder.resolve("db1.raw"), IMAGE_BYTES, random);
    pool = Files.createDirectory(folder.resolve("pool"));
  }

  /// In the place of the one that is in this process, over the same folder.
  private ServerProcess serverToKill() {
    end();
    ServerProcess process = ServerProcess.start(folder.resolve("store"));
    server = process;
    requester = new Requester(server.environment(), random);
    return process;
  }

  @AfterEach
  void end() {
    requester.close();
    server.close();
  }

  private Path configuration(String... more) throws IOException {
    return AgentFile.write(
        folder,
        Map.of("db1", image),
        AgentFile.pool(pool),
        AgentFile.EAGER,
        String.join("\n", more));
  }

  private AgentProcess agent(String... more) throws IOException {
    return AgentProcess.start(server.environment(), configuration(more));
  }

  private void awaitVolume(String volume) throws Exception {
    Running.await(() -> requester.knows(volume));
  }

  private void awaitReady(AgentProcess agent, SnapshotId snapshot) throws Exception {
    Running.await(
        () -> {
          Phase phase = requester.phase("db1", snapshot);
          assertThat(phase).as(agent::said).isNotInstanceOf(Phase.Failed.class);
          return phase instanceof Phase.Ready;
        });
  }

  private static RestoreTarget newVolume(String name) {
    return new RestoreTarget.NewVolume(new VolumeName(name), "host-a", "fast");
  }

  @Test
  void servesWhatIsAskedForAndTellsOfIt() throws Exception {
    Path secrets = folder.resolve("secrets");
    Files.writeString(
        secrets,
        "AWS_ACCESS_KEY_ID="
            + server.environment().get("AWS_ACCESS_KEY_ID")
            + "\nAWS_SECRET_ACCESS_KEY="
            + server.environment().get("AWS_SECRET_ACCESS_KEY")
            + "\n");
    Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-------"));
    Path file =
        configuration(
            "repository: " + server.environment().get("TIDEMARK_REPOSITORY"),
            "endpoint: " + server.environment().get("AWS_ENDPOINT_URL_S3"),
            "region: us-east-1",
            "secrets: " + secrets,
            "");
    // Nothing but the file says where the store is.
    try (AgentProcess agent = AgentProcess.start(Map.of(), file)) {
      awaitVolume("db1");
      SnapshotId made = requester.snapshot("db1", LONG);
      HttpResponse<String> woken = agent.ask("POST", "/wake");
      assertThat(woken.statusCode()).isEqualTo(202);
      awaitReady(agent, made);

      requester.restore(made, newVolume("copy"), LONG);
      Running.await(() -> requester.outcomes("db1").contains("done"));
      Path copy = pool.resolve("copy.raw");
      assertThat(Images.hash(copy)).isEqualTo(Images.hash(image));
      assertThat(requester.source("copy")).isEqualTo(copy.toString());

      assertThat(agent.ask("GET", "/health").statusCode()).isEqualTo(200);
      assertThat(agent.ask("GET", "/ready").statusCode()).isEqualTo(200);
      assertThat(agent.ask("GET", "/nothing").statusCode()).isEqualTo(404);
      assertThat(agent.ask("POST", "/metrics").statusCode()).isEqualTo(405);
      Running.await(
          () ->
              agent
                  .ask("GET", "/metrics")
                  .body()
                  .contains("tidemark_restores_total{volume=\"copy\"} 1.0"));
      assertThat(agent.ask("GET", "/metrics").body())
          .contains("tidemark_snapshots_total{volume=\"db1\"} 1.0")
          .contains("tidemark_store_requests_total{call=\"list\"}")
          .contains("tidemark_queue_length 0.0");

      // A second one of the same state folder is refused and names the first.
      Cli.Outcome second =
          Cli.await(
              Distribution.process(
                      server.environment(), "agent", "run", "--config", file.toString())
                  .start());
      assertThat(second.status()).isEqualTo(3);
      assertThat(second.err()).contains(Long.toString(agent.process().pid()));

      assertThat(agent.stop()).as(agent::said).isZero();
      assertThat(agent.said()).contains("Stopping; nothing is under way.", "Stopped.");
    }
  }

  @Test
  void takesNewVolumesOnHangup() throws Exception {
    try (AgentProcess agent = agent()) {
      awaitVolume("db1");
      Path other = Images.random(folder.resolve("db2.raw"), MIB, random);
      Path file = folder.resolve("agent.yaml");
      String text = Files.readString(file);
      Files.writeString(file, text + "nonsense: 1\n");
      Running.signal(agent.process(), "HUP");
      Running.await(() -> agent.said().contains("there is no setting 'nonsense'"));
      Files.writeString(
          file, text.replace("pools:", "  - {name: db2, path: " + other + "}\npools:"));
      Running.signal(agent.process(), "HUP");
      awaitVolume("db2");
      assertThat(agent.process().isAlive()).isTrue();
    }
  }

  @Test
  void rollsBackAndRefusesToWhileTheVolumeIsInUse() throws Exception {
    try (AgentProcess agent = agent()) {
      awaitVolume("db1");
      String before = Images.hash(image);
      SnapshotId made = requester.snapshot("db1", LONG);
      awaitReady(agent, made);
      Images.overwrite(image, 3 * MIB, MIB, random);
      try (FileChannel _ = FileChannel.open(image, StandardOpenOption.WRITE)) {
        requester.restore(made, new RestoreTarget.InPlace(), LONG);
        Running.await(() -> !requester.outcomes("db1").isEmpty());
        assertThat(requester.outcomes("db1").getFirst())
            .startsWith("failed: ")
            .contains(Long.toString(ProcessHandle.current().pid()));
      }
      assertThat(Images.hash(image)).isNotEqualTo(before);
      requester.restore(made, new RestoreTarget.InPlace(), LONG);
      Running.await(() -> requester.outcomes("db1").contains("done"));
      assertThat(Images.hash(image)).isEqualTo(before);
    }
  }

  @Test
  void failsWhatNobodyTookInTime() throws Exception {
    try (AgentProcess agent = agent()) {
      awaitVolume("db1");
      assertThat(agent.stop()).isZero();
    }
    SnapshotId late = requester.snapshot("db1", Duration.ofSeconds(-5));
    try (AgentProcess agent = agent()) {
      Running.await(() -> requester.phase("db1", late) instanceof Phase.Failed);
      assertThat(((Phase.Failed) requester.phase("db1", late)).reason()).contains("latest allowed");
      assertThat(agent.process().isAlive()).isTrue();
    }
  }

  @Test
  void goesOnWhenTheStoreWasGone() throws Exception {
    ServerProcess mortal = serverToKill();
    try (AgentProcess agent = agent()) {
      awaitVolume("db1");
      SnapshotId first = requester.snapshot("db1", LONG);
      mortal.kill();
      Running.await(() -> agent.ask("GET", "/ready").statusCode() == 503);
      assertThat(agent.ask("GET", "/health").statusCode()).isEqualTo(200);
      mortal.start();
      awaitReady(agent, first);
      Running.await(() -> agent.ask("GET", "/ready").statusCode() == 200);
      SnapshotId second = requester.snapshot("db1", LONG);
      awaitReady(agent, second);
    }
  }

  @Test
  void endsRightHoweverOftenItIsKilled() throws Exception {
    Set<String> versions = new HashSet<>();
    versions.add(Images.hash(image));
    List<SnapshotId> asked = new ArrayList<>();
    Map<String, Integer> found = new HashMap<>();
    try (AgentProcess agent = agent()) {
      awaitVolume("db1");
      awaitReady(agent, requester.snapshot("db1", LONG));
      assertThat(agent.stop()).isZero();
    }
    for (int i = 0; i < KILLS; i++) {
      Images.overwrite(image, random.nextLong(IMAGE_BYTES - 8 * MIB), 8 * MIB, random);
      versions.add(Images.hash(image));
      asked.add(requester.snapshot("db1", LONG));
      try (AgentProcess agent = agent()) {
        boolean _ = agent.process().waitFor(random.nextLong(2_500), TimeUnit.MILLISECONDS);
        agent.kill();
      }
      requester
          .state("db1")
          .entries()
          .values()
          .forEach(entry -> found.merge(entry.phase().word(), 1, Integer::sum));
    }
    System.out.println("AgentIT: killed agents left " + found);
    try (AgentProcess agent = agent()) {
      for (SnapshotId snapshot : asked) {
        awaitReady(agent, snapshot);
      }
      assertThat(agent.stop()).isZero();
    }
    Path restored = folder.resolve("restored.raw");
    for (SnapshotId snapshot : asked) {
      cli.prepare("snapshot", "restore", snapshot.text(), "--to", restored.toString());
      assertThat(Images.hash(restored)).isIn(versions);
      Files.delete(restored);
    }
    cli.prepare("collect");
    cli.prepare("repository", "check");
  }
}
