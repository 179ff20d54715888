package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.testing.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Functions, agent and MinIO, each a process: the whole job over HTTP, and whatever of them is
/// away for a while.
class MinioServicesIT {
  private static final long MIB = 1 << 20;

  /// Seconds that an agent which is told so needs for the whole image, at least.
  private static final String SLOWLY = "limits: {upload: 2MiB}";

  /// For requests that wait until somebody is back.
  private static final String PATIENT = "{\"howLateSeconds\": 1800}";

  private final RandomGenerator random = Seeded.random("MinioServicesIT");

  @TempDir Path folder;

  private Installation installation;
  private Api api;
  private Path image;

  @BeforeEach
  void start() throws Exception {
    installation = Installation.start(folder, random, Map.of("db1", 24 * MIB));
    api = installation.api();
    image = installation.image("db1");
  }

  @AfterEach
  void stop() throws Exception {
    installation.close();
  }

  private void awaitVolume(String name) throws Exception {
    Running.await(
        () -> api.get("/v1/volumes").path("volumes").findValuesAsString("name").contains(name));
  }

  @Test
  void doesTheWholeJobOverHttp() throws Exception {
    String made;
    try (AgentProcess agent = installation.agent(SLOWLY)) {
      awaitVolume("db1");
      made = api.create("db1", "{\"name\": \"before-upgrade\", \"tags\": {\"by\": \"me\"}}");
      seesItGrow(made);
      api.awaitState(made, "READY");
      assertThat(agent.stop()).as(agent::said).isZero();
    }
    assertThat(api.list("volume=db1&name=before-upgrade&tag=by%3Dme&state=READY"))
        .containsExactly(made);

    try (AgentProcess _ = installation.agent()) {
      String before = Images.hash(image);
      assertThat(api.restore(made, "{\"volume\": \"copy\", \"pool\": \"fast\"}")).isEqualTo("done");
      Path copy = installation.pool().resolve("copy.raw");
      assertThat(Files.mismatch(image, copy)).isEqualTo(-1);
      Images.overwrite(image, 3 * MIB, MIB, random);
      assertThat(api.restore(made, "{\"inPlace\": true}")).isEqualTo("done");
      assertThat(Images.hash(image)).isEqualTo(before);
      String ofCopy = api.create("copy", "{}");
      api.awaitState(ofCopy, "READY");

      api.delete("/v1/snapshots/" + made);
      assertThat(api.list("volume=db1")).isEmpty();
      assertThat(api.list("volume=db1&state=TRASHED")).containsExactly(made);
      List<String> packs = installation.packs();
      JsonNode _ = api.run("collect");
      assertThat(installation.packs()).isEqualTo(packs);
      JsonNode _ = api.post("/v1/snapshots/" + made + "/undelete", "{}");
      assertThat(api.list("volume=db1")).containsExactly(made);
      assertThat(api.restore(made, "{\"inPlace\": true}")).isEqualTo("done");

      for (String id : List.of(made, ofCopy)) {
        api.delete("/v1/snapshots/" + id + "?now=true");
      }
      assertThat(api.run("collect").at("/counts/freedBytes").asLong()).isGreaterThan(40 * MIB);
      assertThat(installation.packs()).isEmpty();
    }
  }

  /// Long before the minute is over in which the agent has to have said something.
  private void seesItGrow(String snapshot) throws Exception {
    Running.await(
        () -> {
          JsonNode shown = api.show(snapshot);
          assertThat(shown.path("state").asString()).isIn("REQUESTED", "CREATING");
          JsonNode progress = shown.path("progress");
          if (!progress.isObject()) {
            return false;
          }
          assertThat(progress.path("totalBytes").asLong()).isEqualTo(24 * MIB);
          assertThat(progress.path("readBytes").asLong()).isBetween(1L, 24 * MIB);
          return true;
        });
  }

  @Test
  void comesRightWhoeverIsAwayMeanwhile() throws Exception {
    String interrupted;
    try (Requester journal = installation.requester();
        AgentProcess agent = installation.agent(SLOWLY, "stop-within: 0s")) {
      awaitVolume("db1");

      // Nobody but the agent is there.
      String alone = api.create("db1", PATIENT);
      api.awaitState(alone, "CREATING");
      installation.functions().kill();
      Running.await(
          () ->
              journal.state("db1").entries().values().stream()
                  .allMatch(entry -> entry.phase().word().equals("READY")));
      installation.functions().startAgain();
      assertThat(api.state(alone)).isEqualTo("READY");

      // The store goes in the middle of it, and comes back.
      Images.overwrite(image, 0, 8 * MIB, random);
      String cutOff = api.create("db1", PATIENT);
      api.awaitState(cutOff, "CREATING");
      installation.minio().kill();
      // They wait for it a while, long enough for the agent to miss it too.
      try (FunctionsClient impatient = installation.functions().client()) {
        assertThatThrownBy(() -> impatient.get("/v1/volumes/db1"))
            .isInstanceOf(QuickstartFailure.class)
            .hasMessageContaining(" 503: ");
      }
      assertThat(agent.process().isAlive()).isTrue();
      installation.minio().startAgain();
      api.awaitState(cutOff, "READY");

      // The agent is told to end in the middle of it.
      Images.overwrite(image, 0, 24 * MIB, random);
      interrupted = api.create("db1", PATIENT);
      api.awaitState(interrupted, "CREATING");
      assertThat(agent.stop()).as(agent::said).isZero();
      assertThat(agent.said()).contains("Interrupting what did not end in time");
    }
    JsonNode shown = api.show(interrupted);
    assertThat(shown.path("state").asString()).isEqualTo("FAILED");
    assertThat(shown.path("reason").asString()).contains("the agent was stopped");

    // No agent is there.
    String later = api.create("db1", PATIENT);
    assertThat(api.state(later)).isEqualTo("REQUESTED");
    try (AgentProcess _ = installation.agent()) {
      api.awaitState(later, "READY");
      assertThat(api.restore(later, "{\"volume\": \"copy\", \"pool\": \"fast\"}"))
          .isEqualTo("done");
      assertThat(Files.mismatch(image, installation.pool().resolve("copy.raw"))).isEqualTo(-1);
    }
    installation.cli().prepare("repository", "check");
  }
}
