package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import io.tidemark.repository.testing.Seeded;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Policies over MinIO by processes of their own. Everybody reaches the store over a line that puts
/// its clock ahead, so that hours pass at once.
class MinioScheduleIT {
  private static final long MIB = 1 << 20;
  private static final int VOLUMES = 100;

  private final RandomGenerator random = Seeded.random("MinioScheduleIT");

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // Each test starts its own.
  private Installation installation;

  private Instant storeTime = Instant.now();

  @AfterEach
  void stop() throws Exception {
    installation.close();
  }

  /// Lets the store's clock stand just after the next full hour.
  private void passAnHour() {
    Instant now = Instant.now();
    Instant last = storeTime.isAfter(now) ? storeTime : now;
    storeTime = last.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1)).plusSeconds(2);
    installation.line().putClockAhead(Duration.between(now, storeTime));
  }

  private Cli overLine() {
    return new Cli(installation.environmentOverLine(), folder.resolve("state of the ticks"));
  }

  private static long count(JsonNode report, String name) {
    assertThat(report.path("failures")).as(report.toString()).isEmpty();
    return report.path("counts").path(name).asLong();
  }

  @Test
  void makesWhatIsDueAndExpiresWhatNoRuleKeeps() throws Exception {
    installation = Installation.start(folder, random, Map.of("db1", 4 * MIB));
    Api api = installation.api();
    try (AgentProcess agent = installation.agent(installation.environmentOverLine())) {
      Running.await(
          () -> api.get("/v1/volumes").path("volumes").findValuesAsString("name").contains("db1"));
      String byHand = api.create("db1", "{}");
      api.awaitState(byHand, "READY");
      JsonNode policy =
          api.post(
              "/v1/policies",
              """
              {"name": "hourly", "schedules": ["0 * * * *"], "volumes": ["db1"],
               "retention": {"count": 2}}
              """);

      for (int i = 1; i <= 3; i++) {
        Images.overwrite(installation.image("db1"), 0, MIB, random);
        passAnHour();
        assertThat(count(overLine().json("function", "run", "schedule-tick"), "requested"))
            .isEqualTo(1);
        // Late, twice: what was asked for stays one.
        assertThat(count(overLine().json("function", "run", "schedule-tick"), "requested"))
            .isZero();
        int made = i + 1;
        Running.await(
            () -> {
              assertThat(api.list("volume=db1&state=FAILED")).as(agent::said).isEmpty();
              return api.list("volume=db1&state=READY").size() == made;
            });
      }

      List<String> ready = api.list("volume=db1&state=READY");
      JsonNode preview = api.get("/v1/policies/" + policy.path("id").asString() + "/preview");
      assertThat(preview.toString()).contains("no rule keeps it");
      JsonNode expired = overLine().json("function", "run", "expire");
      assertThat(expired.path("failures")).as(expired.toString()).isEmpty();
      // The oldest of the three; what somebody made by hand is older still and stays.
      assertThat(api.list("volume=db1&state=TRASHED")).containsExactly(ready.get(2));
      assertThat(api.list("volume=db1&state=READY"))
          .containsExactly(ready.get(0), ready.get(1), byHand);
    }
    installation.cli().prepare("repository", "check");
  }

  @Test
  void asksOnceOfEachVolumeHoweverManyTicksThereAre() throws Exception {
    installation = Installation.start(folder, random, Map.of());
    try (S3ObjectStore store =
            S3ObjectStore.open(
                S3Settings.fromEnvironment(
                    S3Location.parse("s3://bucket/prefix"), installation.environment()));
        FunctionsProcess one =
            FunctionsProcess.start(
                installation.environmentOverLine(), folder.resolve("functions-1.log"));
        FunctionsProcess other =
            FunctionsProcess.start(
                installation.environmentOverLine(), folder.resolve("functions-2.log"));
        Api first = new Api(one.client());
        Api second = new Api(other.client())) {
      Repository repository =
          Repository.open(store, Writers.writer(store, "tester", InstantSource.system(), random));
      List<NamedVolume> volumes = manyVolumes(repository);
      String names =
          String.join(", ", volumes.stream().map(volume -> '"' + volume.name() + '"').toList());
      JsonNode _ =
          first.post(
              "/v1/policies",
              "{\"name\": \"all\", \"schedules\": [\"0 * * * *\"], \"volumes\": [" + names + "]}");
      passAnHour();

      List<JsonNode> reports =
          atOnce(
              List.of(
                  () -> first.run("schedule-tick"),
                  () -> second.run("schedule-tick"),
                  () -> overLine().json("function", "run", "schedule-tick"),
                  () -> overLine().json("function", "run", "schedule-tick")));

      assertThat(reports.stream().mapToLong(report -> count(report, "requested")).sum())
          .isEqualTo(VOLUMES);
      for (NamedVolume volume : volumes) {
        VolumeState state = repository.journal(volume.id()).read().state();
        assertThat(state.entries().values())
            .as(volume.name())
            .singleElement()
            .satisfies(
                entry -> {
                  assertThat(entry.phase().word()).isEqualTo("REQUESTED");
                  assertThat(entry.schedule().orElseThrow().due())
                      .isEqualTo(storeTime.truncatedTo(ChronoUnit.HOURS));
                });
      }
      assertThat(installation.keys("hosts/", "/inbox/")).hasSize(VOLUMES);
      assertThat(count(second.run("schedule-tick"), "requested")).isZero();
    }
  }

  /// Volumes of a host whose agent was there once.
  private static List<NamedVolume> manyVolumes(Repository repository) {
    Host host = new Hosts(repository).register("host-a", List.of(), Optional.empty());
    List<NamedVolume> volumes = new ArrayList<>();
    for (int i = 0; i < VOLUMES; i++) {
      volumes.add(
          new Volumes(repository)
              .add(new VolumeName("v" + i), host.name(), "/srv/v" + i + ".raw", ChunkSize.DEFAULT));
    }
    return volumes;
  }

  private static <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
    List<T> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
      for (Future<T> task : threads.invokeAll(tasks)) {
        answers.add(task.get());
      }
    }
    return answers;
  }
}
