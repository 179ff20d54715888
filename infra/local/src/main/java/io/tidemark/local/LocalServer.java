package io.tidemark.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// An S3 server over one folder, with a bucket and the environment that leads the `tidemark`
/// command to it.
final class LocalServer implements AutoCloseable {
  private static final String BUCKET = "tidemark";
  private static final String REPOSITORY = "s3://" + BUCKET + "/local";
  private static final String REGION = "us-east-1";

  private final LocalData data;
  private final EmbeddedS3 server;

  private LocalServer(LocalData data, EmbeddedS3 server) {
    this.data = data;
    this.server = server;
  }

  /// Serves `data`, which is closed with the server, and at once when it does not start.
  ///
  /// @param port 0 for any free one
  /// @throws io.tidemark.repository.Refused when the port cannot be had
  /// @throws IOException saying what to do when the folder cannot be used
  static LocalServer start(LocalData data, int port) throws IOException {
    try {
      EmbeddedS3 server = EmbeddedS3.start(data.buckets(), port, data.credentials());
      try {
        server.createBucket(BUCKET);
        return new LocalServer(data, server);
      } catch (IOException | RuntimeException e) {
        server.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      data.close();
      throw e;
    }
  }

  URI endpoint() {
    return server.endpoint();
  }

  String repository() {
    return REPOSITORY;
  }

  Path folder() {
    return data.folder();
  }

  /// See [LocalData#token].
  String token() {
    return data.token();
  }

  /// See [LocalData#signingId].
  String signingId() {
    return data.signingId();
  }

  String signingKey() {
    return data.signingKey();
  }

  /// See [LocalData#agentConfiguration].
  Path agentConfiguration() throws IOException {
    return data.agentConfiguration();
  }

  /// The variables by which the command finds this server; the secret key is one of them.
  SequencedMap<String, String> environment() {
    SequencedMap<String, String> environment = new LinkedHashMap<>();
    environment.put("TIDEMARK_REPOSITORY", REPOSITORY);
    environment.put("AWS_ENDPOINT_URL_S3", endpoint().toString());
    environment.put("AWS_ACCESS_KEY_ID", data.credentials().accessKeyId());
    environment.put("AWS_SECRET_ACCESS_KEY", data.credentials().secretAccessKey());
    environment.put("AWS_REGION", REGION);
    return environment;
  }

  /// One line for a shell. No value has a character that a shell sees anything in.
  String exports() {
    return environment().entrySet().stream()
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .collect(Collectors.joining(" ", "export ", ""));
  }

  @Override
  public void close() throws IOException {
    try {
      server.close();
    } finally {
      data.close();
    }
  }
}
