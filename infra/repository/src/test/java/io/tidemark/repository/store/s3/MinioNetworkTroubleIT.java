package io.tidemark.repository.store.s3;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class MinioNetworkTroubleIT extends NetworkTroubleContract {
  private static final AtomicInteger PREFIX = new AtomicInteger();

  @TempDir static Path folder;
  private static MinioProcess minio;

  @BeforeAll
  static void start() {
    minio = MinioProcess.start(folder.resolve("data"));
    minio.createBucket("trouble");
  }

  @AfterAll
  static void stop() {
    if (minio != null) {
      minio.close();
    }
  }

  @Override
  protected S3Settings server() {
    return minio.settings("trouble", "test/" + PREFIX.incrementAndGet());
  }
}
