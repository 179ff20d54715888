package io.tidemark.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.testing.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Functions and agent are killed at random moments while snapshots are asked for, deleted and
/// collected over HTTP: once they are back everything comes right by itself.
class MinioKilledServicesIT {
  private static final int KILLS = Integer.getInteger("tidemark.kills", 10);
  private static final long MIB = 1 << 20;
  private static final long IMAGE_BYTES = 16 * MIB;
  private static final List<String> VOLUMES = List.of("db1", "db2");

  /// About as long as a round's work takes when nobody is killed.
  private static final long LONGEST_LIFE_MILLIS = 1_500;

  private final RandomGenerator random = Seeded.random("MinioKilledServicesIT");

  /// Hashes of what each volume has ever held.
  private final Map<String, Set<String>> versions = new HashMap<>();

  /// What was accepted and not deleted, with its volume.
  private final Map<String, String> wanted = new TreeMap<>();

  @TempDir Path folder;

  @Test
  void everythingComesRightWhoeverIsKilled() throws Exception {
    Map<String, Long> sizes = new HashMap<>();
    VOLUMES.forEach(volume -> sizes.put(volume, IMAGE_BYTES));
    try (Installation installation = Installation.start(folder, random, sizes)) {
      Api api = installation.api();
      for (String volume : VOLUMES) {
        versions.put(volume, new HashSet<>(Set.of(Images.hash(installation.image(volume)))));
      }
      AgentProcess agent = installation.agent();
      try {
        Running.await(
            () ->
                api.get("/v1/volumes")
                    .path("volumes")
                    .findValuesAsString("name")
                    .containsAll(VOLUMES));
        for (int i = 0; i < KILLS; i++) {
          boolean ofAgent = random.nextInt(3) > 0;
          boolean ofFunctions = !ofAgent || random.nextInt(3) == 0;
          long lifeMillis = random.nextLong(LONGEST_LIFE_MILLIS);
          FutureTask<Void> work = startWork(api, new SplittableRandom(random.nextLong()));
          boolean _ = agent.process().waitFor(lifeMillis, TimeUnit.MILLISECONDS);
          if (ofAgent) {
            agent.kill();
          }
          if (ofFunctions) {
            installation.functions().kill();
            installation.functions().startAgain();
          }
          // Whoever asks goes on asking until it is answered.
          work.get();
          if (ofAgent) {
            // Nobody reads it now, so that what is asked for waits for nobody who writes.
            change(installation);
            agent = installation.agent();
          }
        }
        for (String snapshot : wanted.keySet()) {
          api.awaitState(snapshot, "READY");
        }
        assertThat(agent.stop()).as(agent::said).isZero();
      } finally {
        agent.close();
      }
      assertRight(installation);
      assertNothingIsLeft(installation);
    }
  }

  private FutureTask<Void> startWork(Api api, RandomGenerator choice) {
    FutureTask<Void> work =
        new FutureTask<>(
            () -> {
              for (int i = 1 + choice.nextInt(3); i > 0; i--) {
                workOnce(api, choice);
              }
              return null;
            });
    Thread.ofPlatform().daemon().start(work);
    return work;
  }

  private void workOnce(Api api, RandomGenerator choice) throws Exception {
    switch (choice.nextInt(6)) {
      case 0, 1, 2 -> {
        String volume = VOLUMES.get(choice.nextInt(VOLUMES.size()));
        String made = api.create(volume, "{\"howLateSeconds\": 1800}");
        assertThat(wanted.put(made, volume)).isNull();
      }
      case 3, 4 -> {
        List<String> all = new ArrayList<>(wanted.keySet());
        if (all.size() > VOLUMES.size()) {
          String one = all.get(choice.nextInt(all.size()));
          // Also one that is being made: that ends it.
          api.deleteForGood(one);
          wanted.remove(one);
        }
      }
      default -> {
        JsonNode _ = api.run("collect");
      }
    }
  }

  private void change(Installation installation) throws Exception {
    for (String volume : VOLUMES) {
      Path image = installation.image(volume);
      Images.overwrite(image, random.nextLong(IMAGE_BYTES - 4 * MIB), 4 * MIB, random);
      requireNonNull(versions.get(volume)).add(Images.hash(image));
    }
  }

  private void assertRight(Installation installation) throws Exception {
    Api api = installation.api();
    assertThat(api.run("abort-silent").path("notes")).isEmpty();
    assertThat(api.run("index-sweep").path("failures")).isEmpty();
    assertThat(installation.keys("hosts/", "/inbox/")).isEmpty();
    assertThat(api.list("limit=100&state=READY"))
        .containsExactlyInAnyOrderElementsOf(wanted.keySet());
    assertThat(api.list("limit=100&state=FAILED")).isEmpty();
    Path restored = folder.resolve("restored.raw");
    for (Map.Entry<String, String> snapshot : wanted.entrySet()) {
      installation
          .cli()
          .prepare("snapshot", "restore", snapshot.getKey(), "--to", restored.toString());
      assertThat(Images.hash(restored)).isIn(requireNonNull(versions.get(snapshot.getValue())));
      Files.delete(restored);
    }
  }

  private void assertNothingIsLeft(Installation installation) throws Exception {
    for (String snapshot : wanted.keySet()) {
      installation.api().deleteForGood(snapshot);
    }
    installation.api().run("collect");
    assertThat(installation.packs()).isEmpty();
    assertThat(installation.keys("volumes/", "/beats/")).isEmpty();
    installation.cli().prepare("repository", "check");
  }
}
