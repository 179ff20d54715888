package io.tidemark.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.repository.store.KeyWalk;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import io.tidemark.repository.testing.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Kills real `snapshot create` processes at random moments: whatever they leave, READY snapshots
/// restore, the next one is made at once, and nothing stays for ever.
class KilledCreateIT {
  private static final int KILLS = Integer.getInteger("tidemark.kills", 100);
  private static final int KEPT = 2;
  private static final long MIB = 1 << 20;
  private static final long IMAGE_BYTES = 32 * MIB;

  private final RandomGenerator random = Seeded.random("KilledCreateIT");

  /// What every snapshot has to restore, by its id.
  private final Map<String, String> hashes = new HashMap<>();

  private final Map<String, Integer> leftBehind = new TreeMap<>();

  @TempDir Path folder;

  private Path image;

  @BeforeEach
  void makeImage() throws IOException {
    image = Images.random(folder.resolve("disk.img"), IMAGE_BYTES, random);
  }

  @Test
  void leavesNothingButSoundSnapshots() throws Exception {
    try (StoreServer server = ServerHere.start(folder.resolve("store"))) {
      Cli processes = new Cli(server.environment(), folder.resolve("state"));
      CommandRunner lines =
          new CommandRunner(
              CommandEnvironment.ofThisProcess().withVariables(processes.variables()));
      lines.run("repository", "init");
      lines.run("volume", "add", "disk", image.toString());
      learn(lines.run("snapshot", "create", "disk"));
      long usualMillis = usualMillis(processes);

      for (int i = 1; i <= KILLS; i++) {
        change();
        killOne(processes, usualMillis);
        learnFromList(lines);
        if (i % 2 == 0) {
          change();
        }
        // Now and then as a process too, which finds nothing warm.
        learn(
            i % 10 == 0
                ? processes.json("snapshot", "create", "disk")
                : lines.run("snapshot", "create", "disk"));
        if (i % 10 == 0) {
          deleteAllBut(KEPT, lines);
        }
      }

      System.out.println("KilledCreateIT: killed creates left " + leftBehind);
      restoreAll(lines);
      deleteAllBut(0, lines);
      lines.run("repository", "check");
      assertThat(packs(server)).isEmpty();
    }
  }

  /// How long a create takes that nobody kills.
  private long usualMillis(Cli processes) throws Exception {
    long[] millis = new long[5];
    for (int i = 0; i < millis.length; i++) {
      change();
      long begin = System.nanoTime();
      learn(processes.json("snapshot", "create", "disk"));
      millis[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }
    Arrays.sort(millis);
    System.out.println("KilledCreateIT: creates take " + Arrays.toString(millis) + " ms");
    return millis[millis.length / 2];
  }

  private void killOne(Cli processes, long usualMillis) throws Exception {
    Process process =
        processes
            .process("snapshot", "create", "disk")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    boolean _ = process.waitFor(random.nextLong(usualMillis * 11 / 10), TimeUnit.MILLISECONDS);
    Distribution.kill(process);
  }

  private void change() throws Exception {
    for (int i = 0; i < 3; i++) {
      Images.overwrite(image, random.nextLong(IMAGE_BYTES - MIB), random.nextLong(1, MIB), random);
    }
  }

  private void learn(JsonNode ready) throws Exception {
    assertThat(ready.path("state").asString()).isEqualTo("READY");
    assertThat(hashes.put(ready.path("id").asString(), Images.hash(image))).isNull();
  }

  /// Finds what the killed process came to, and restores it if it is a snapshot.
  private void learnFromList(CommandRunner lines) throws Exception {
    String came = "nothing";
    for (JsonNode snapshot : lines.run("snapshot", "list", "disk")) {
      if (!hashes.containsKey(snapshot.path("id").asString())) {
        came = snapshot.path("state").asString();
        if (came.equals("READY")) {
          learn(snapshot);
          restore(lines, snapshot.path("id").asString());
        }
      }
    }
    leftBehind.merge(came, 1, Integer::sum);
  }

  private void restoreAll(CommandRunner lines) throws Exception {
    for (JsonNode snapshot : lines.run("snapshot", "list", "disk")) {
      restore(lines, snapshot.path("id").asString());
    }
  }

  private void restore(CommandRunner lines, String id) throws Exception {
    Path restored = folder.resolve("restored.img");
    lines.run("snapshot", "restore", id, "--to", restored.toString());
    assertThat(Images.hash(restored)).as(id).isEqualTo(hashes.get(id));
    Files.delete(restored);
  }

  private void deleteAllBut(int kept, CommandRunner lines) throws Exception {
    List<String> ids =
        new ArrayList<>(lines.run("snapshot", "list", "disk").findValuesAsString("id"));
    while (ids.size() > kept) {
      // Any, not the oldest: what the others need must stay.
      String id = ids.remove(random.nextInt(ids.size()));
      lines.run("snapshot", "delete", id, "--now");
    }
    lines.run("collect");
    for (String id : ids) {
      restore(lines, id);
    }
  }

  private static List<String> packs(StoreServer server) {
    try (S3ObjectStore store =
        S3ObjectStore.open(
            S3Settings.fromEnvironment(
                S3Location.parse(requireNonNull(server.environment().get("TIDEMARK_REPOSITORY"))),
                server.environment()))) {
      List<String> packs = new ArrayList<>();
      for (Listing.Entry entry : KeyWalk.under(store, "volumes/")) {
        if (entry.key().contains("/packs/")) {
          packs.add(entry.key());
        }
      }
      return packs;
    }
  }
}
