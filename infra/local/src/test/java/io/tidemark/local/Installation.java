package io.tidemark.local;

import static java.util.Objects.requireNonNull;

import io.tidemark.repository.store.KeyWalk;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.s3.FaultyLine;
import io.tidemark.repository.store.s3.MinioProcess;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// MinIO, functions and the volumes and configuration of an agent, as somebody runs them: each a
/// process of its own, which can be killed and started again.
final class Installation implements AutoCloseable {
  private final Path folder;
  private final RandomGenerator random;
  private final MinioProcess minio;
  private final FaultyLine line;
  private final FunctionsProcess functions;
  private final Api api;
  private final Map<String, Path> images = new TreeMap<>();
  private final Path pool;

  private Installation(
      Path folder,
      RandomGenerator random,
      MinioProcess minio,
      FaultyLine line,
      Map<String, Long> volumes)
      throws Exception {
    this.folder = folder;
    this.random = random;
    this.minio = minio;
    this.line = line;
    for (Map.Entry<String, Long> volume : volumes.entrySet()) {
      images.put(
          volume.getKey(),
          Images.random(folder.resolve(volume.getKey() + ".raw"), volume.getValue(), random));
    }
    pool = Files.createDirectory(folder.resolve("pool"));
    cli().prepare("repository", "init");
    functions = FunctionsProcess.start(environment(), folder.resolve("functions.log"));
    api = new Api(functions.client());
  }

  /// Starts MinIO and functions over a new repository, and makes the images of volumes.
  ///
  /// @param volumes their bytes by name
  static Installation start(Path folder, RandomGenerator random, Map<String, Long> volumes)
      throws Exception {
    MinioProcess minio = MinioProcess.start(folder.resolve("minio"));
    FaultyLine line = FaultyLine.to(minio.endpoint());
    try {
      return new Installation(folder, random, minio, line, volumes);
    } catch (Exception | Error e) {
      minio.close();
      throw e;
    }
  }

  MinioProcess minio() {
    return minio;
  }

  FunctionsProcess functions() {
    return functions;
  }

  Api api() {
    return api;
  }

  Path image(String volume) {
    return requireNonNull(images.get(volume));
  }

  /// Where new volumes come to lie.
  Path pool() {
    return pool;
  }

  /// Leads to the store.
  Map<String, String> environment() {
    return environment(minio.endpoint());
  }

  /// Leads to the store over a line, whose clock may be put ahead.
  Map<String, String> environmentOverLine() {
    return environment(line.endpoint());
  }

  FaultyLine line() {
    return line;
  }

  private Map<String, String> environment(URI endpoint) {
    return Map.of(
        "TIDEMARK_REPOSITORY",
        "s3://bucket/prefix",
        "AWS_ENDPOINT_URL_S3",
        endpoint.toString(),
        "AWS_ACCESS_KEY_ID",
        minio.credentials().accessKeyId(),
        "AWS_SECRET_ACCESS_KEY",
        minio.credentials().secretAccessKey(),
        "AWS_REGION",
        "us-east-1");
  }

  Cli cli() {
    return new Cli(environment(), folder.resolve("state"));
  }

  Requester requester() {
    return new Requester(environment(), random);
  }

  /// Starts the agent of `host-a`, which has all volumes and the pool `fast`.
  ///
  /// @param more lines of its configuration
  AgentProcess agent(String... more) throws IOException {
    return agent(environment(), more);
  }

  AgentProcess agent(Map<String, String> environment, String... more) throws IOException {
    Path configuration =
        AgentFile.write(
            folder, images, AgentFile.pool(pool), AgentFile.EAGER, String.join("\n", more));
    return AgentProcess.start(environment, configuration);
  }

  /// The keys of all objects under a prefix that have a part in them.
  List<String> keys(String prefix, String part) {
    try (S3ObjectStore store =
        S3ObjectStore.open(
            S3Settings.fromEnvironment(
                S3Location.parse(requireNonNull(environment().get("TIDEMARK_REPOSITORY"))),
                environment()))) {
      List<String> keys = new ArrayList<>();
      for (Listing.Entry entry : KeyWalk.under(store, prefix)) {
        if (entry.key().contains(part)) {
          keys.add(entry.key());
        }
      }
      return keys;
    }
  }

  /// The keys of all packs of all volumes.
  List<String> packs() {
    return keys("volumes/", "/packs/");
  }

  @Override
  public void close() throws IOException {
    try (minio;
        line;
        functions) {
      api.close();
    }
  }
}
