package io.tidemark.local;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.command.Tidemark;
import io.tidemark.functions.access.BearerToken;
import io.tidemark.functions.wiring.FunctionsServer;
import io.tidemark.repository.store.s3.S3Credentials;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What the distribution's start-up caches are trained with; the build runs it, nobody else.
///
/// There are two caches, for a JVM loads all of a cache when it starts: one for the commands that
/// people wait for, and one, three times as large, for the servers.
public final class Rehearsal {
  private static final String KEY = "rehearsal";
  private static final String TOKEN = KEY + KEY;

  private Rehearsal() {}

  /// Trains the servers' cache in this JVM and the commands' in another one, against these servers.
  ///
  /// @param arguments `servers LAUNCHER CACHE FOLDER`: the launcher of the distribution, the file
  ///   to make, relative to the working folder and without blanks, and where to keep objects; or
  ///   `commands`, by which this class starts itself anew
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments[0].equals("servers")) {
      serve(arguments[1], arguments[2], Path.of(arguments[3]));
    } else {
      useCommands();
    }
  }

  private static void serve(String launcher, String cache, Path folder)
      throws IOException, InterruptedException {
    S3Credentials credentials = new S3Credentials(KEY, KEY, Optional.empty());
    try (EmbeddedS3 server = EmbeddedS3.start(folder, 0, credentials)) {
      server.createBucket(KEY);
      Map<String, String> environment =
          Map.of(
              "TIDEMARK_REPOSITORY",
              "s3://" + KEY + "/" + KEY,
              "AWS_ENDPOINT_URL_S3",
              server.endpoint().toString(),
              "AWS_ACCESS_KEY_ID",
              KEY,
              "AWS_SECRET_ACCESS_KEY",
              KEY,
              "AWS_REGION",
              "us-east-1");
      try (S3ObjectStore store = open(environment);
          FunctionsServer functions = FunctionsServer.start(settings(), store)) {
        store.list("", "", 1);
        read(functions.uri().resolve("/health"));
      }
      ProcessBuilder commands = new ProcessBuilder(launcher).inheritIO();
      commands.environment().putAll(environment);
      commands
          .environment()
          .put(
              "TIDEMARK_JAVA_OPTIONS",
              "-XX:AOTCacheOutput=" + cache + " io.tidemark.local.Rehearsal commands");
      int status = commands.start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("The rehearsal of the commands ended with " + status);
      }
    }
  }

  private static FunctionsServer.Settings settings() {
    CommandEnvironment environment = CommandEnvironment.ofThisProcess();
    return new FunctionsServer.Settings(
        0, new BearerToken(TOKEN), KEY, environment.clock(), environment.random().get());
  }

  private static void useCommands() {
    perform("--version");
    perform("--help");
    try (S3ObjectStore store = open(System.getenv())) {
      store.createIfAbsent(KEY, ByteBuffer.wrap(KEY.getBytes(StandardCharsets.UTF_8)));
      store.get(KEY);
      store.list("", "", 1);
    }
  }

  private static S3ObjectStore open(Map<String, String> environment) {
    return S3ObjectStore.open(
        S3Settings.fromEnvironment(S3Location.parse("s3://" + KEY + "/" + KEY), environment));
  }

  private static void perform(String... command) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int status = Tidemark.run(CommandEnvironment.ofThisProcess().withOut(said), command);
    if (status != 0) {
      throw new IllegalStateException(
          "tidemark "
              + String.join(" ", command)
              + " ended with "
              + status
              + ": "
              + said.toString(StandardCharsets.UTF_8));
    }
  }

  private static void read(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    if (connection.getResponseCode() != 200) {
      throw new IllegalStateException(uri + " answered " + connection.getResponseCode());
    }
    connection.disconnect();
  }
}
