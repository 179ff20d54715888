package io.tidemark.repository.store.s3;

import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.ObjectStoreContract;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class MinioObjectStoreIT extends ObjectStoreContract {
  private static final AtomicInteger PREFIX = new AtomicInteger();

  @TempDir static Path folder;
  private static MinioProcess minio;

  @BeforeAll
  static void start() {
    minio = MinioProcess.start(folder.resolve("data"));
    minio.createBucket("contract");
  }

  @AfterAll
  static void stop() {
    if (minio != null) {
      minio.close();
    }
  }

  @Override
  protected ObjectStore emptyStore() {
    return S3ObjectStore.open(minio.settings("contract", "test/" + PREFIX.incrementAndGet()));
  }
}
