package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.command.Tidemark;
import io.tidemark.repository.testing.Seeded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Objects that are cut, changed or gone in the store: what is hurt is named, and nothing wrong is
/// ever given out.
class DamageIT {
  private static final long MIB = 1 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private final RandomGenerator random = Seeded.random("DamageIT");

  @TempDir Path folder;

  private StoreServer server;
  private Cli cli;
  private Path image;
  private Path before;
  private String first;
  private String second;

  /// A way to spoil an object.
  private enum Spoiling {
    FLIPPED,
    CUT,
    EMPTIED,
    GONE
  }

  @BeforeEach
  void makeTwoSnapshots() throws Exception {
    OneDisk disk = OneDisk.start(folder, 4 * MIB, random);
    server = disk.server();
    cli = disk.cli();
    image = disk.image();
    first = cli.json("snapshot", "create", "disk").path("id").asString();
    before = Files.copy(image, folder.resolve("before.img"));
    Images.overwrite(image, MIB, MIB, random);
    second = cli.json("snapshot", "create", "disk").path("id").asString();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void namesSnapshotVolumeKeyAndExtentsOfADamagedChunk() throws Exception {
    // The second session's chunks; the first snapshot needs none of them.
    Path pack = packs(second).getFirst();
    for (Spoiling spoiling : Spoiling.values()) {
      byte[] sound = spoil(pack, spoiling);

      Cli.Outcome verified = cli.here().run("snapshot", "verify", second, "--json");
      Cli.Outcome restored =
          cli.failure(
              1,
              "DAMAGED",
              "snapshot",
              "restore",
              second,
              "--to",
              folder.resolve("restored.img").toString());

      assertThat(verified.status()).as(verified.out()).isEqualTo(1);
      for (JsonNode damage :
          List.of(
              verified.json().path("damage").path(0),
              restored.json().path("error").path("damage").path(0))) {
        assertThat(damage.path("key").asString()).isEqualTo(key(pack));
        assertThat(damage.path("extents").path(0).path("offset").asLong())
            .isBetween(MIB, 2 * MIB - 1);
        assertThat(damage.path("extents").path(0).path("length").asLong()).isPositive();
      }
      assertThat(verified.json().path("snapshot").asString()).isEqualTo(second);
      assertThat(verified.json().path("volume").asString()).isEqualTo("disk");
      assertThat(restored.message()).contains(second, "disk", key(pack));
      assertThat(folder.resolve("restored.img")).doesNotExist();
      cli.here().json("snapshot", "verify", first);
      write(pack, sound);
    }
    cli.json("snapshot", "verify", second);
  }

  @Test
  void namesTheKeyOfADamagedMap() throws Exception {
    List<Path> packs = packs(first);
    Path nodes = packs.get(packs.size() - 2);
    byte[] sound = spoil(nodes, Spoiling.FLIPPED);

    Cli.Outcome restored =
        cli.with("TIDEMARK_STATE", folder.resolve("other").toString())
            .failure(
                1,
                "DAMAGED",
                "snapshot",
                "restore",
                first,
                "--to",
                folder.resolve("restored.img").toString());

    assertThat(restored.message()).contains(first, "disk", key(nodes));
    write(nodes, sound);
  }

  @Test
  void keepsEverythingWhileAPackListIsUnreadable() throws Exception {
    Path list = packs(first).getLast();
    spoil(list, Spoiling.FLIPPED);
    cli.json("snapshot", "delete", second, "--now");

    Cli.Outcome collected = cli.run("collect", "--json");

    assertThat(collected.status()).isEqualTo(1);
    assertThat(collected.out()).contains(key(list));
    Path restored = folder.resolve("restored.img");
    cli.json("snapshot", "restore", first, "--to", restored.toString());
    assertThat(Files.mismatch(before, restored)).isEqualTo(-1);
    assertThat(cli.run("repository", "check", "--json").status()).isEqualTo(1);
  }

  /// Every object there is, spoilt in every way: whatever is asked then, the answer is right or an
  /// error that is meant for people.
  @Test
  void neverGivesOutWhatIsWrong() throws Exception {
    cli.json("snapshot", "delete", first);
    cli.json("collect");
    for (Path object : objects("")) {
      for (Spoiling spoiling : Spoiling.values()) {
        if (Files.size(object) == 0 && spoiling != Spoiling.GONE) {
          continue; // Its name is all that it says.
        }
        byte[] sound = spoil(object, spoiling);
        String what = spoiling + " " + key(object);
        run(what, "snapshot", "list");
        run(what, "snapshot", "show", second);
        run(what, "snapshot", "verify", "disk@latest");
        run(what, "collect", "--dry-run");
        run(what, "repository", "check");
        Path restored = folder.resolve("restored.img");
        if (run(what, "snapshot", "restore", second, "--to", restored.toString()) == 0) {
          assertThat(Files.mismatch(image, restored)).as(what).isEqualTo(-1);
        }
        Files.deleteIfExists(restored);
        write(object, sound);
      }
    }
    cli.json("repository", "check");
  }

  /// In this process, for there are many.
  private int run(String what, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status =
        Tidemark.run(
            CommandEnvironment.ofThisProcess().withVariables(cli.variables()).withOut(out),
            Stream.concat(Stream.of(words), Stream.of("--json")).toArray(String[]::new));
    JsonNode document = JSON.readTree(out.toByteArray());
    assertThat(document.path("error").path("code").asString(""))
        .as(() -> what + ", " + Arrays.toString(words) + ": " + document)
        .isNotEqualTo("INTERNAL");
    assertThat(status).as(what).isIn(0, 1, 3);
    return status;
  }

  /// Of the session that made the snapshot, in the order of their keys: chunks, as many packs as
  /// had workers, then nodes, then the list.
  private List<Path> packs(String snapshot) throws IOException {
    int ordinal = snapshot.equals(first) ? 0 : 1;
    Map<String, List<Path>> bySession =
        objects("/packs/").stream()
            .collect(
                Collectors.groupingBy(
                    path -> key(path).replaceAll(".*/packs/|/[0-9]+$", ""),
                    TreeMap::new,
                    Collectors.toList()));
    assertThat(bySession).hasSize(2);
    List<Path> packs = List.copyOf(bySession.values()).get(ordinal);
    assertThat(packs).hasSizeGreaterThanOrEqualTo(3);
    return packs;
  }

  private List<Path> objects(String part) throws IOException {
    try (Stream<Path> all = Files.walk(server.objects())) {
      return new ArrayList<>(
          all.filter(Files::isRegularFile)
              .filter(path -> path.toString().contains(part))
              .sorted()
              .toList());
    }
  }

  private String key(Path object) {
    return server.objects().relativize(object).toString();
  }

  private byte[] spoil(Path object, Spoiling spoiling) throws IOException {
    byte[] sound = Files.readAllBytes(object);
    switch (spoiling) {
      case FLIPPED -> {
        byte[] flipped = sound.clone();
        flipped[flipped.length / 2] ^= 0x10;
        write(object, flipped);
      }
      case CUT -> write(object, Arrays.copyOf(sound, sound.length / 2));
      case EMPTIED -> write(object, new byte[0]);
      case GONE -> Files.delete(object);
    }
    return sound;
  }

  /// In place, for the server keeps what it knows of an object beside the bytes.
  private static void write(Path object, byte[] bytes) throws IOException {
    Files.write(object, bytes);
  }
}
