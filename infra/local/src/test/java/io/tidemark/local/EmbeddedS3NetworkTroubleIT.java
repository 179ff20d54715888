package io.tidemark.local;

import io.tidemark.repository.store.s3.NetworkTroubleContract;
import io.tidemark.repository.store.s3.S3Credentials;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedS3NetworkTroubleIT extends NetworkTroubleContract {
  private static final S3Credentials CREDENTIALS =
      new S3Credentials("tidemark", "tidemark-secret", Optional.empty());
  private static final AtomicInteger PREFIX = new AtomicInteger();

  @TempDir static Path data;
  private static EmbeddedS3 server;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedS3.start(data, 0, CREDENTIALS);
    server.createBucket("trouble");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected S3Settings server() {
    return S3Settings.fromEnvironment(
            new S3Location("trouble", "test/" + PREFIX.incrementAndGet()), Map.of())
        .withEndpoint(server.endpoint())
        .withCredentials(CREDENTIALS);
  }

  /// S3Proxy takes a body into a file beside the object's, and lists it until it notices that the
  /// line is cut.
  @Override
  protected boolean isUnfinished(String key, String listed) {
    return listed.matches(Pattern.quote(key) + "-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }
}
