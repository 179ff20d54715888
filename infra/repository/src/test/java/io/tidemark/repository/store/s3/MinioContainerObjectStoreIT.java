package io.tidemark.repository.store.s3;

import com.github.dockerjava.api.exception.NotFoundException;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.ObjectStoreContract;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.utility.DockerImageName;

/// MinIO in a container. The image is one made on this machine (`.ci/run` does it): it is looked
/// for and never pulled.
class MinioContainerObjectStoreIT extends ObjectStoreContract {
  private static final String IMAGE = "minio/minio:local";
  private static final AtomicInteger PREFIX = new AtomicInteger();

  private static MinIOContainer minio;

  @BeforeAll
  static void start() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      MinioProcess.missing("There is no container engine");
    }
    try {
      DockerClientFactory.lazyClient().inspectImageCmd(IMAGE).exec();
    } catch (NotFoundException _) {
      MinioProcess.missing("There is no container image " + IMAGE);
    }
    minio =
        new MinIOContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("minio/minio"));
    minio.start();
    try (S3ObjectStore store = S3ObjectStore.open(settings(""))) {
      store.createBucketIfAbsent();
    }
  }

  @AfterAll
  static void stop() {
    if (minio != null) {
      minio.stop();
    }
  }

  @Override
  protected ObjectStore emptyStore() {
    return S3ObjectStore.open(settings("test/" + PREFIX.incrementAndGet()));
  }

  private static S3Settings settings(String prefix) {
    return S3Settings.fromEnvironment(new S3Location("contract", prefix), Map.of())
        .withEndpoint(URI.create(minio.getS3URL()))
        .withCredentials(
            new S3Credentials(minio.getUserName(), minio.getPassword(), Optional.empty()));
  }
}
