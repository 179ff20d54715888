package io.tidemark.local;

import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.ObjectStoreContract;
import io.tidemark.repository.store.s3.S3Credentials;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedS3ObjectStoreIT extends ObjectStoreContract {
  private static final S3Credentials CREDENTIALS =
      new S3Credentials("tidemark", "tidemark-secret", Optional.empty());
  private static final AtomicInteger PREFIX = new AtomicInteger();

  @TempDir static Path data;
  private static EmbeddedS3 server;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedS3.start(data, 0, CREDENTIALS);
    server.createBucket("contract");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected ObjectStore emptyStore() {
    return S3ObjectStore.open(
        S3Settings.fromEnvironment(
                new S3Location("contract", "test/" + PREFIX.incrementAndGet()), Map.of())
            .withEndpoint(server.endpoint())
            .withCredentials(CREDENTIALS));
  }
}
