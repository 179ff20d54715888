package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.store.s3.MinioProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A repository in a bucket of MinIO's that nobody has made yet.
class MinioBucketIT {
  @TempDir Path folder;

  @Test
  void isCreatedForANewRepositoryAndForNothingElse() throws Exception {
    try (MinioProcess minio = MinioProcess.start(folder.resolve("data"))) {
      Cli cli =
          new Cli(
              Map.of(
                  "TIDEMARK_REPOSITORY",
                  "s3://not-there-yet/x",
                  "AWS_ENDPOINT_URL_S3",
                  minio.endpoint().toString(),
                  "AWS_ACCESS_KEY_ID",
                  minio.credentials().accessKeyId(),
                  "AWS_SECRET_ACCESS_KEY",
                  minio.credentials().secretAccessKey(),
                  "AWS_REGION",
                  "us-east-1"),
              folder.resolve("state"));

      Cli.Outcome listed = cli.failure(3, "NO_BUCKET", "volume", "list");
      assertThat(listed.message()).contains("not-there-yet", "tidemark repository init");
      Cli.Outcome probed = cli.failure(3, "NO_BUCKET", "repository", "probe");
      assertThat(probed.message()).contains("not-there-yet");

      cli.json("repository", "init");
      assertThat(cli.json("volume", "list")).isEmpty();
      cli.failure(3, "REPOSITORY_EXISTS", "repository", "init");
    }
  }
}
