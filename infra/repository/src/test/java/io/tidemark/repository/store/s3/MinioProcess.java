package io.tidemark.repository.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/// MinIO from the `minio` program on the path, on a free loopback port over a folder, until closed.
/// Where there is no such program the test is skipped; with `CI=true` it fails.
public final class MinioProcess implements AutoCloseable {
  private static final S3Credentials CREDENTIALS =
      new S3Credentials("tidemark", "tidemark-secret", Optional.empty());

  private final Path program;
  private final Path folder;
  private final URI endpoint;
  private final Thread atExit;
  private volatile Process process;

  private MinioProcess(Path program, Path folder, int port) throws IOException {
    this.program = program;
    this.folder = folder;
    this.endpoint = URI.create("http://127.0.0.1:" + port);
    this.process = launch();
    this.atExit = new Thread(() -> process.destroyForcibly());
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /// Starts it over `folder` and waits until it answers.
  public static MinioProcess start(Path folder) {
    Path program = find("minio");
    try {
      Files.createDirectories(folder);
      for (int attempt = 1; ; attempt++) {
        MinioProcess minio = new MinioProcess(program, folder, freePort());
        if (minio.answers()) {
          return minio;
        }
        minio.close();
        // Somebody may have taken the port after it was found free.
        if (attempt == 3) {
          throw new IOException(Files.readString(log(folder)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("minio did not start", e);
    }
  }

  /// How to reach `prefix` in `bucket`.
  public S3Settings settings(String bucket, String prefix) {
    return S3Settings.fromEnvironment(new S3Location(bucket, prefix), Map.of())
        .withEndpoint(endpoint)
        .withCredentials(CREDENTIALS);
  }

  public void createBucket(String bucket) {
    try (S3ObjectStore store = S3ObjectStore.open(settings(bucket, ""))) {
      store.createBucketIfAbsent();
    }
  }

  public URI endpoint() {
    return endpoint;
  }

  public S3Credentials credentials() {
    return CREDENTIALS;
  }

  /// Credentials for an hour that may read and list everything, and change nothing.
  public S3Credentials readOnly() throws IOException {
    return restricted(
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\","
            + "\"s3:ListBucket\"],\"Resource\":[\"arn:aws:s3:::*\"]}]}");
  }

  /// Credentials for an hour that may do what `policy` says, and nothing else.
  public S3Credentials restricted(String policy) throws IOException {
    byte[] form =
        ("Action=AssumeRole&Version=2011-06-15&DurationSeconds=3600&Policy="
                + URLEncoder.encode(policy, UTF_8))
            .getBytes(UTF_8);
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                request ->
                    request
                        .identity(
                            AwsCredentialsIdentity.create(
                                CREDENTIALS.accessKeyId(), CREDENTIALS.secretAccessKey()))
                        .request(
                            SdkHttpRequest.builder()
                                .method(SdkHttpMethod.POST)
                                .uri(endpoint.resolve("/"))
                                .putHeader("Content-Type", "application/x-www-form-urlencoded")
                                .build())
                        .payload(ContentStreamProvider.fromByteArray(form))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "sts")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1"));
    HttpURLConnection connection =
        (HttpURLConnection) endpoint.resolve("/").toURL().openConnection(Proxy.NO_PROXY);
    connection.setDoOutput(true);
    signed
        .request()
        .headers()
        .forEach((name, values) -> connection.setRequestProperty(name, values.getFirst()));
    connection.getOutputStream().write(form);
    try (InputStream answer = connection.getInputStream()) {
      String said = new String(answer.readAllBytes(), UTF_8);
      return new S3Credentials(
          element(said, "AccessKeyId"),
          element(said, "SecretAccessKey"),
          Optional.of(element(said, "SessionToken")));
    } finally {
      connection.disconnect();
    }
  }

  private static String element(String xml, String name) {
    int begin = xml.indexOf("<" + name + ">") + name.length() + 2;
    return xml.substring(begin, xml.indexOf("</" + name + ">"));
  }

  public long pid() {
    return process.pid();
  }

  /// Ends it without giving it time to do anything.
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /// Starts it again after [#kill], at the same address, and waits until it answers.
  public void startAgain() throws IOException {
    process = launch();
    if (!answers()) {
      throw new IOException(Files.readString(log(folder)));
    }
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  /// Skips the running test, or fails it where nothing may be skipped.
  @SuppressWarnings("TypeParameterUnusedInFormals")
  static <T> T missing(String what) {
    if ("true".equals(System.getenv("CI"))) {
      return fail(what + ", and with CI=true nothing is skipped");
    }
    return abort(what);
  }

  private static Path find(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder, program);
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return missing("There is no program '" + program + "' on the path");
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private Process launch() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                program.toString(),
                "server",
                "--quiet",
                "--address",
                endpoint.getAuthority(),
                folder.toString()));
    builder
        .environment()
        .putAll(
            Map.of(
                "MINIO_ROOT_USER",
                CREDENTIALS.accessKeyId(),
                "MINIO_ROOT_PASSWORD",
                CREDENTIALS.secretAccessKey(),
                "MINIO_UPDATE",
                "off",
                "MINIO_BROWSER",
                "off"));
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(folder).toFile()));
    return builder.start();
  }

  private static Path log(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".log");
  }

  private boolean answers() throws IOException {
    for (int attempt = 0; attempt < 600; attempt++) {
      HttpURLConnection health =
          (HttpURLConnection)
              endpoint.resolve("/minio/health/ready").toURL().openConnection(Proxy.NO_PROXY);
      try {
        if (health.getResponseCode() == 200) {
          return true;
        }
      } catch (IOException _) {
        // Not listening yet.
      } finally {
        health.disconnect();
      }
      try {
        process.onExit().get(50, TimeUnit.MILLISECONDS);
        return false;
      } catch (TimeoutException _) {
        // Still running: ask again.
      } catch (InterruptedException | ExecutionException e) {
        throw new IOException(e);
      }
    }
    return false;
  }
}
