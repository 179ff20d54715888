package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.store.s3.MinioProcess;
import io.tidemark.repository.store.s3.S3Credentials;
import io.tidemark.repository.testing.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What MinIO says to whom it does not trust, or not in everything.
class MinioTroubleIT {
  @TempDir static Path folder;

  private static MinioProcess minio;
  private static Cli cli;
  private static Path image;

  @BeforeAll
  static void makeASnapshot() throws Exception {
    RandomGenerator random = Seeded.random("MinioTroubleIT");
    minio = MinioProcess.start(folder.resolve("minio"));
    minio.createBucket("bucket");
    cli =
        new Cli(
            Map.of(
                "TIDEMARK_REPOSITORY", "s3://bucket",
                "AWS_ENDPOINT_URL_S3", minio.endpoint().toString(),
                "AWS_ACCESS_KEY_ID", minio.credentials().accessKeyId(),
                "AWS_SECRET_ACCESS_KEY", minio.credentials().secretAccessKey(),
                "AWS_REGION", "us-east-1"),
            folder.resolve("state"));
    cli.initialise();
    image = Images.random(folder.resolve("disk.img"), 3_000_000, random);
    cli.json("volume", "add", "disk", image.toString());
    cli.json("snapshot", "create", "disk");
  }

  @AfterAll
  static void stop() {
    minio.close();
  }

  @Test
  void refusesWrongKeysWithoutTellingThem() throws Exception {
    for (String variable : new String[] {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) {
      Cli.Outcome outcome =
          cli.with(variable, "0000000000000000").failure(1, "STORE_DENIED", "snapshot", "list");
      assertThat(outcome.message()).contains(variable);
      assertThat(outcome.out() + outcome.err())
          .doesNotContain("0000000000000000", minio.credentials().secretAccessKey());
    }
  }

  @Test
  void restoresWithoutTheRightToWriteAndSaysSo() throws Exception {
    S3Credentials reader = minio.readOnly();
    Cli reading =
        cli.with("AWS_ACCESS_KEY_ID", reader.accessKeyId())
            .with("AWS_SECRET_ACCESS_KEY", reader.secretAccessKey())
            .with("AWS_SESSION_TOKEN", reader.sessionToken().orElseThrow())
            .with("TIDEMARK_STATE", folder.resolve("state of the reader").toString());
    Path restored = folder.resolve("restored.img");

    assertThat(reading.json("snapshot", "list")).hasSize(1);
    Cli.Outcome outcome =
        reading.run("snapshot", "restore", "disk@latest", "--to", restored.toString());

    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("warning", "may not write");
    assertThat(Files.mismatch(image, restored)).isEqualTo(-1);
    reading.json("snapshot", "verify", "disk@latest");
    reading.json("repository", "check");
    reading.failure(1, "STORE_DENIED", "snapshot", "create", "disk");
    reading.failure(1, "STORE_DENIED", "snapshot", "delete", "disk@latest");
    assertThat(cli.json("snapshot", "list").findValuesAsString("state")).containsExactly("READY");
  }
}
