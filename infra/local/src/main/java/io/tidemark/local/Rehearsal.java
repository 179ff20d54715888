package io.tidemark.local;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.command.Tidemark;
import io.tidemark.functions.access.BearerToken;
import io.tidemark.functions.wiring.FunctionsServer;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/// What the distribution's start-up caches are trained with; the build runs it, nobody else.
///
/// There are two caches, for a JVM loads all of a cache when it starts: one for the commands that
/// people wait for, and one, twice as large, for the servers.
public final class Rehearsal {
  private static final int IMAGE_BYTES = 4 << 20;

  private Rehearsal() {}

  /// Trains the servers' cache in this JVM and the commands' in another one, against these servers.
  ///
  /// @param arguments `servers LAUNCHER CACHE FOLDER`: the launcher of the distribution, the file
  ///   to make, relative to the working folder and without blanks, and an empty folder to work in;
  ///   or `commands FOLDER`, by which this class starts itself anew
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments[0].equals("servers")) {
      serve(arguments[1], arguments[2], Path.of(arguments[3]));
    } else {
      useCommands(Path.of(arguments[1]));
    }
  }

  private static void serve(String launcher, String cache, Path folder)
      throws IOException, InterruptedException {
    try (LocalServer server =
        LocalServer.start(
            LocalData.open(folder.resolve("local").toAbsolutePath(), new SecureRandom()), 0)) {
      ProcessBuilder commands = new ProcessBuilder(launcher).inheritIO();
      commands.environment().putAll(server.environment());
      commands
          .environment()
          .put(
              "TIDEMARK_JAVA_OPTIONS",
              "-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput="
                  + cache
                  + " io.tidemark.local.Rehearsal commands "
                  + folder);
      int status = commands.start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("The rehearsal of the commands ended with " + status);
      }
      String token = BearerToken.draw(new SecureRandom());
      FunctionsServer.Settings settings =
          FunctionsServer.Settings.local(
              0, token, "rehearsal", InstantSource.system(), new SecureRandom());
      try (S3ObjectStore store = open(server.repository(), server.environment());
          FunctionsServer functions = FunctionsServer.start(settings, store)) {
        read(functions.uri().resolve("/health"), token);
        read(functions.uri().resolve("/v1/snapshots"), token);
        read(functions.uri().resolve("/console/sign-in"), token);
      }
    }
  }

  private static void useCommands(Path folder) throws IOException {
    Path image = folder.resolve("image").toAbsolutePath();
    byte[] bytes = new byte[IMAGE_BYTES];
    new Random(1).nextBytes(bytes);
    Files.write(image, bytes);

    Map<String, String> variables = new HashMap<>(System.getenv());
    variables.put("TIDEMARK_STATE", folder.resolve("state").toAbsolutePath().toString());
    perform(variables, "--help");
    perform(variables, "repository", "init");
    perform(variables, "repository", "info");
    perform(variables, "volume", "add", "rehearsal", image.toString());
    perform(variables, "volume", "list");
    perform(variables, "volume", "show", "rehearsal");
    perform(variables, "snapshot", "create", "rehearsal", "--name", "first");
    bytes[0]++;
    Files.write(image, bytes);
    perform(variables, "snapshot", "create", "rehearsal", "--name", "second", "--json");
    perform(variables, "snapshot", "list");
    perform(variables, "snapshot", "list", "rehearsal", "--json");
    perform(variables, "snapshot", "show", "rehearsal@latest");
    perform(variables, "snapshot", "diff", "rehearsal@first", "rehearsal@second");
    perform(variables, "snapshot", "verify", "rehearsal@second");
    perform(
        variables,
        "snapshot",
        "restore",
        "rehearsal@second",
        "--to",
        folder.resolve("restored").toAbsolutePath().toString());
    perform(variables, "snapshot", "delete", "rehearsal@first", "--now");
    perform(variables, "collect", "rehearsal");
  }

  private static void perform(Map<String, String> variables, String... command) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int status =
        Tidemark.run(
            CommandEnvironment.ofThisProcess().withVariables(variables).withOut(said), command);
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

  private static S3ObjectStore open(String address, Map<String, String> variables) {
    return S3ObjectStore.open(S3Settings.fromEnvironment(S3Location.parse(address), variables));
  }

  private static void read(URI uri, String token) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestProperty("Authorization", "Bearer " + token);
    if (connection.getResponseCode() != 200) {
      throw new IllegalStateException(uri + " answered " + connection.getResponseCode());
    }
    connection.disconnect();
  }
}
