package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.testing.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store that goes away, that nobody may use, or that is another one than was meant.
class StoreTroubleIT {
  private static final long MIB = 1 << 20;

  private final RandomGenerator random = Seeded.random("StoreTroubleIT");

  @TempDir Path folder;

  private ServerProcess server;
  private Cli cli;

  @BeforeEach
  void start() {
    server = ServerProcess.start(folder.resolve("store"));
    cli = new Cli(server.environment(), folder.resolve("state"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void goesOnWhenTheStoreDiesInTheMiddleAndComesBack() throws Exception {
    Path image = volume(256 * MIB);
    Process create = cli.process("snapshot", "create", "disk", "--json").start();
    Running.awaitPacks(server, 1);

    server.kill();
    server.start();

    Cli.Outcome outcome = Cli.await(create);
    assertThat(outcome.status()).as(outcome.out() + outcome.err()).isZero();
    Path restored = folder.resolve("restored.img");
    cli.json("snapshot", "restore", "disk@latest", "--to", restored.toString());
    assertThat(Files.mismatch(image, restored)).isEqualTo(-1);
    cli.json("repository", "check");
  }

  @Test
  void saysThatNobodyAnswers() throws Exception {
    volume(MIB);
    server.kill();

    Cli.Outcome outcome = cli.failure(1, "STORE_UNAVAILABLE", "snapshot", "list");

    assertThat(outcome.message()).contains(server.environment().get("AWS_ENDPOINT_URL_S3"));
  }

  @Test
  void refusesWrongKeysWithoutTellingThem() throws Exception {
    volume(MIB);

    for (String variable : new String[] {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) {
      Cli.Outcome outcome =
          cli.with(variable, "0000000000000000").failure(1, "STORE_DENIED", "snapshot", "list");
      assertThat(outcome.out() + outcome.err())
          .doesNotContain("0000000000000000", server.environment().get("AWS_SECRET_ACCESS_KEY"));
    }
  }

  @Test
  void saysThatTheBucketOrTheRepositoryIsNotThere() throws Exception {
    Cli.Outcome outcome =
        cli.with("TIDEMARK_REPOSITORY", "s3://no-such-bucket/local")
            .failure(1, "STORE_DENIED", "repository", "init");
    assertThat(outcome.message()).contains("no-such-bucket");

    cli.failure(3, "NO_REPOSITORY", "snapshot", "list");
    cli.failure(2, "USAGE", "snapshot", "list", "--repository", "http://tidemark/local");
    cli.with("TIDEMARK_REPOSITORY", "").failure(2, "USAGE", "snapshot", "list");
  }

  @Test
  void leavesARepositoryOfANewerFormatAlone() throws Exception {
    volume(MIB);
    Path info = server.objects().resolve("tidemark.json");
    String before = Files.readString(info);
    Files.writeString(info, before.replace("\"format\":1", "\"format\":2"));
    assertThat(Files.readString(info)).isNotEqualTo(before);

    for (String[] words :
        new String[][] {
          {"snapshot", "list"}, {"snapshot", "create", "disk"}, {"collect"}, {"repository", "info"}
        }) {
      Cli.Outcome outcome = cli.failure(3, "FORMAT_TOO_NEW", words);
      assertThat(outcome.message()).contains("tidemark.json").containsIgnoringCase("newer");
    }

    Files.writeString(info, before);
    assertThat(cli.json("snapshot", "list")).isEmpty();
  }

  private Path volume(long sizeBytes) throws Exception {
    Path image = Images.random(folder.resolve("disk.img"), sizeBytes, random);
    cli.json("repository", "init");
    cli.json("volume", "add", "disk", image.toString());
    return image;
  }
}
