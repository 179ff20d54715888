package io.tidemark.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.testing.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What surrounds a command on a host: its environment, its locale, its own folder.
class SurroundingsIT {
  @TempDir static Path folder;

  private static StoreServer server;
  private static Cli cli;
  private static Path image;

  @BeforeAll
  static void start() throws Exception {
    RandomGenerator random = Seeded.random("SurroundingsIT");
    server = ServerHere.start(folder.resolve("store"));
    cli = new Cli(server.environment(), folder.resolve("state"));
    cli.initialise();
    image = Images.random(folder.resolve("disk.img"), 1_000_000, random);
    cli.json("volume", "add", "disk", image.toString());
    cli.json("snapshot", "create", "disk");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void asksForARepositoryInAnEmptyEnvironment() throws Exception {
    ProcessBuilder line = Distribution.process(Map.of(), "snapshot", "list");
    line.environment().clear();
    Cli.Outcome outcome = Cli.await(line.start());

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("TIDEMARK_REPOSITORY=s3://BUCKET/PREFIX").hasLineCount(1);

    ProcessBuilder version = Distribution.process(Map.of(), "--version");
    version.environment().clear();
    assertThat(Cli.await(version.start()).status()).isZero();
  }

  @Test
  void worksInAnEmptyEnvironmentWithOptionsAndKeys() throws Exception {
    Map<String, String> store = server.environment();
    ProcessBuilder line =
        Distribution.process(
            Map.of(),
            "snapshot",
            "list",
            "--json",
            "--repository",
            requireNonNull(store.get("TIDEMARK_REPOSITORY")),
            "--endpoint-url",
            requireNonNull(store.get("AWS_ENDPOINT_URL_S3")));
    line.environment().clear();
    Cli.Outcome keyless = Cli.await(line.start());
    assertThat(keyless.status()).as(keyless.out() + keyless.err()).isEqualTo(1);
    assertThat(keyless.message()).contains("AWS_ACCESS_KEY_ID");

    line.environment().put("AWS_ACCESS_KEY_ID", store.get("AWS_ACCESS_KEY_ID"));
    line.environment().put("AWS_SECRET_ACCESS_KEY", store.get("AWS_SECRET_ACCESS_KEY"));
    Cli.Outcome listed = Cli.await(line.start());
    assertThat(listed.status()).as(listed.out() + listed.err()).isZero();
  }

  @Test
  void takesEveryNameInThePlainLocale() throws Exception {
    Path named = Files.copy(image, folder.resolve("Größe 日本.img"));
    Cli plain = cli.with("LC_ALL", "C").with("LANG", "C");

    plain.json("volume", "add", "plain", named.toString());
    assertThat(plain.json("volume", "show", "plain").path("source").asString())
        .isEqualTo(named.toString());
    JsonNode made = plain.json("snapshot", "create", "plain", "--name", "vor Ümbau");
    assertThat(made.path("name").asString()).isEqualTo("vor Ümbau");
    assertThat(plain.run("snapshot", "list", "plain").out()).contains("vor Ümbau");
    Path restored = folder.resolve("zurück.img");
    plain.json("snapshot", "restore", "plain@vor Ümbau", "--to", restored.toString());
    assertThat(Files.mismatch(named, restored)).isEqualTo(-1);
  }

  @Test
  void readsWithoutAFolderOfItsOwnAndNamesTheOneItCannotWrite() throws Exception {
    Path file = Files.writeString(folder.resolve("a file"), "");
    for (String state : new String[] {file.resolve("state").toString(), "/proc/tidemark"}) {
      Cli homeless = cli.with("TIDEMARK_STATE", state);

      assertThat(homeless.json("snapshot", "list")).isNotEmpty();
      Path restored = folder.resolve("restored.img");
      homeless.json("snapshot", "restore", "disk@latest", "--to", restored.toString());
      assertThat(Files.mismatch(image, restored)).isEqualTo(-1);
      Files.delete(restored);
      homeless.json("snapshot", "verify", "disk@latest");
      int before = cli.json("snapshot", "list", "disk").size();
      Cli.Outcome outcome = homeless.run("snapshot", "create", "disk", "--json");
      assertThat(outcome.status()).as(outcome.out()).isIn(1, 3);
      assertThat(outcome.code()).isNotEqualTo("INTERNAL");
      assertThat(outcome.message()).contains(state, "TIDEMARK_STATE");
      assertThat(cli.json("snapshot", "list", "disk")).hasSize(before);
    }
  }
}
