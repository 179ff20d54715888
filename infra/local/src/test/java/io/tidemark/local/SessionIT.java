package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.store.s3.MinioProcess;
import io.tidemark.repository.testing.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A person's session from an empty bucket to an empty repository: on MinIO every line is a process
/// of its own; on the embedded server, for the time it takes, the server is.
class SessionIT {
  private static final long MIB = 1 << 20;
  private static final List<String> SNAPSHOT_MEMBERS =
      List.of(
          "id",
          "volume",
          "name",
          "state",
          "requestedAt",
          "instantAt",
          "committedAt",
          "sizeBytes",
          "readBytes",
          "changedBytes",
          "sentBytes",
          "storedBytes",
          "requests",
          "parent",
          "consistency",
          "seconds",
          "heldMilliseconds",
          "scan");

  private final RandomGenerator random = Seeded.random("SessionIT");

  @TempDir Path folder;

  @Test
  void goesThroughOnTheEmbeddedServer() throws Exception {
    try (StoreServer server = ServerHere.start(folder.resolve("with blank"))) {
      goThrough(new Cli(server.environment(), folder.resolve("state")).here());
    }
  }

  @Test
  void goesThroughOnMinio() throws Exception {
    try (MinioProcess minio = MinioProcess.start(folder.resolve("minio"))) {
      minio.createBucket("bucket");
      goThrough(
          new Cli(
              Map.of(
                  "TIDEMARK_REPOSITORY", "s3://bucket/some/prefix",
                  "AWS_ENDPOINT_URL_S3", minio.endpoint().toString(),
                  "AWS_ACCESS_KEY_ID", minio.credentials().accessKeyId(),
                  "AWS_SECRET_ACCESS_KEY", minio.credentials().secretAccessKey(),
                  "AWS_REGION", "us-east-1"),
              folder.resolve("state")));
    }
  }

  private void goThrough(Cli cli) throws Exception {
    Path image = Images.random(folder.resolve("disk.img"), 40 * MIB, random);
    repository(cli);
    volume(cli, image);

    JsonNode first = create(cli, "one", 40 * MIB);
    assertThat(first.path("parent").isNull()).isTrue();
    assertThat(first.path("tags").path("by").asString()).isEqualTo("test");
    Path before = Files.copy(image, folder.resolve("before.img"));

    Images.overwrite(image, 8 * MIB, 24 * MIB, random);
    JsonNode second = create(cli, "two", 24 * MIB);
    assertThat(second.path("parent").asString()).isEqualTo(id(first));

    JsonNode third = create(cli, "three", 0);
    assertThat(third.path("storedBytes").asLong()).isZero();
    // The journal, the reservation, the commit: nothing that grows.
    assertThat(third.path("requests").asLong()).isLessThan(20);

    list(cli, List.of(id(third), id(second), id(first)));
    describe(cli, first);
    read(cli, image, before, first);
    hold(cli, first);
    delete(cli, first, second, third);
    remove(cli);
  }

  private static void repository(Cli cli) throws Exception {
    cli.failure(3, "NO_REPOSITORY", "repository", "info");
    JsonNode made = cli.json("repository", "init");
    assertThat(made.path("id").asString()).matches("repo-[0-9a-f]{17}");
    cli.failure(3, "REPOSITORY_EXISTS", "repository", "init");
    assertThat(cli.json("repository", "info").path("id")).isEqualTo(made.path("id"));
    cli.json("repository", "probe");
    cli.json("repository", "check");
  }

  private static void volume(Cli cli, Path image) throws Exception {
    JsonNode added = cli.json("volume", "add", "web", image.toString(), "--chunk-size", "64KiB");
    assertThat(added.path("id").asString()).matches("vol-[0-9a-f]{17}");
    cli.failure(3, "VOLUME_EXISTS", "volume", "add", "web", image.toString());
    assertThat(cli.json("volume", "list").findValuesAsString("name")).containsExactly("web");
    assertThat(cli.json("volume", "show", "web").path("source").asString())
        .isEqualTo(image.toString());
  }

  private static JsonNode create(Cli cli, String name, long changedBytes) throws Exception {
    JsonNode made = cli.json("snapshot", "create", "web", "--name", name, "--tag", "by=test");
    assertThat(made.propertyNames()).containsAll(SNAPSHOT_MEMBERS);
    assertThat(made.path("state").asString()).isEqualTo("READY");
    assertThat(made.path("consistency").asString()).isEqualTo("idle");
    assertThat(made.path("name").asString()).isEqualTo(name);
    assertThat(made.path("sizeBytes").asLong()).isEqualTo(40 * MIB);
    assertThat(made.path("readBytes").asLong()).isEqualTo(40 * MIB);
    assertThat(made.path("changedBytes").asLong()).isEqualTo(changedBytes);
    // Random bytes do not compress; what comes on top is small.
    assertThat(made.path("sentBytes").asLong())
        .isBetween(changedBytes, changedBytes + changedBytes / 64 + 64 * 1024);
    return made;
  }

  private static void list(Cli cli, List<String> newestFirst) throws Exception {
    JsonNode all = cli.json("snapshot", "list");
    assertThat(all.isArray()).isTrue();
    assertThat(all.findValuesAsString("id")).containsExactlyElementsOf(newestFirst);
    assertThat(all.get(0).propertyNames()).containsAll(SNAPSHOT_MEMBERS);
    assertThat(cli.json("snapshot", "list", "web")).isEqualTo(all);
    assertThat(cli.json("snapshot", "list", "--trash")).isEmpty();
    assertThat(cli.json("snapshot", "show", "web@latest").path("id").asString())
        .isEqualTo(newestFirst.getFirst());
    assertThat(cli.json("snapshot", "show", newestFirst.get(1).substring(0, 20)).path("id"))
        .isEqualTo(all.get(1).path("id"));
    cli.failure(3, "AMBIGUOUS_SNAPSHOT", "snapshot", "show", "snap-");
  }

  private static void describe(Cli cli, JsonNode snapshot) throws Exception {
    cli.json("snapshot", "rename", id(snapshot), "first of all");
    cli.json("snapshot", "tag", id(snapshot), "by=somebody", "new=1");
    JsonNode shown = cli.json("snapshot", "show", "web@first of all");
    assertThat(shown.path("id")).isEqualTo(snapshot.path("id"));
    assertThat(shown.path("tags").path("by").asString()).isEqualTo("somebody");
    assertThat(shown.path("tags").path("new").asString()).isEqualTo("1");
    cli.json("snapshot", "rename", id(snapshot), "two");
    Cli.Outcome twice = cli.failure(3, "AMBIGUOUS_SNAPSHOT", "snapshot", "show", "web@two");
    assertThat(twice.message()).contains(id(snapshot));
    cli.json("snapshot", "rename", id(snapshot), "one");
  }

  private void read(Cli cli, Path image, Path before, JsonNode first) throws Exception {
    JsonNode differences = cli.json("snapshot", "diff", "web@one", "web@two");
    assertThat(differences).hasSize(1);
    assertThat(differences.get(0).path("offset").asLong()).isEqualTo(8 * MIB);
    assertThat(differences.get(0).path("length").asLong()).isEqualTo(24 * MIB);
    assertThat(cli.json("snapshot", "diff", "web@two", "web@three")).isEmpty();

    cli.json("snapshot", "verify", "web@one");
    cli.json("snapshot", "verify", "web@two", "--sample", "10");

    Path restored = folder.resolve("restored.img");
    cli.json("snapshot", "restore", id(first), "--to", restored.toString());
    assertThat(Files.mismatch(before, restored)).isEqualTo(-1);
    cli.failure(3, "TARGET_EXISTS", "snapshot", "restore", "web@two", "--to", restored.toString());
    assertThat(Files.mismatch(before, restored)).isEqualTo(-1);
    JsonNode inPlace =
        cli.json("snapshot", "restore", "web@two", "--to", restored.toString(), "--in-place");
    assertThat(inPlace.path("writtenBytes").asLong()).isEqualTo(24 * MIB);
    assertThat(Files.mismatch(image, restored)).isEqualTo(-1);

    Path piped = folder.resolve("piped.img");
    Process process =
        cli.process("snapshot", "restore", "web@one", "--to", "-")
            .redirectOutput(piped.toFile())
            .start();
    assertThat(Cli.await(process).status()).isZero();
    assertThat(Files.mismatch(before, piped)).isEqualTo(-1);
  }

  private static void hold(Cli cli, JsonNode snapshot) throws Exception {
    cli.json("snapshot", "hold", id(snapshot));
    assertThat(cli.json("snapshot", "show", id(snapshot)).path("holds")).hasSize(1);
    cli.failure(3, "HELD", "snapshot", "delete", "web@two", id(snapshot));
    assertThat(cli.json("snapshot", "list")).hasSize(3);
    cli.json("snapshot", "release", id(snapshot));
    cli.failure(3, "NOT_HELD", "snapshot", "release", id(snapshot));
  }

  private static void delete(Cli cli, JsonNode first, JsonNode second, JsonNode third)
      throws Exception {
    cli.json("snapshot", "delete", id(second));
    assertThat(cli.json("snapshot", "list").findValuesAsString("id"))
        .containsExactly(id(third), id(first));
    assertThat(cli.json("snapshot", "list", "--trash").findValuesAsString("id"))
        .containsExactly(id(second));
    cli.json("snapshot", "undelete", id(second));
    assertThat(cli.json("snapshot", "list")).hasSize(3);

    cli.failure(
        3, "UNKNOWN_SNAPSHOT", "snapshot", "delete", id(first), "snap-00000000000000000", "--now");
    assertThat(cli.json("snapshot", "list")).hasSize(3);
    cli.json("snapshot", "delete", id(first), id(second), "--now");
    cli.failure(3, "UNKNOWN_SNAPSHOT", "snapshot", "show", id(first));

    JsonNode plan = cli.json("collect", "--dry-run");
    JsonNode done = cli.json("collect", "web");
    assertThat(done.path("freedBytes").asLong()).isPositive();
    assertThat(done.path("freedBytes")).isEqualTo(plan.path("freedBytes"));
    assertThat(done.path("deletedObjects")).isEqualTo(plan.path("deletedObjects"));
    assertThat(done.path("keptBytes").asLong()).isPositive();
    assertThat(cli.json("collect").path("freedBytes").asLong()).isZero();
    cli.json("snapshot", "verify", id(third));
    cli.json("repository", "check");
  }

  private static void remove(Cli cli) throws Exception {
    cli.failure(3, "VOLUME_NOT_EMPTY", "volume", "remove", "web");
    cli.json("snapshot", "delete", "web@latest", "--now");
    JsonNode collected = cli.json("collect");
    assertThat(collected.path("keptBytes").asLong()).isZero();
    cli.json("volume", "remove", "web");
    cli.failure(3, "UNKNOWN_VOLUME", "volume", "show", "web");
    assertThat(cli.json("volume", "list")).isEmpty();
    cli.json("repository", "check");
  }

  private static String id(JsonNode snapshot) {
    return snapshot.path("id").asString();
  }
}
