package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.command.Tidemark;
import io.tidemark.functions.access.Caller;
import io.tidemark.functions.access.RateLimit;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.wiring.FunctionsServer;
import io.tidemark.repository.Repository;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.JitteredBackoff;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A property-based client that makes requests of its own from the OpenAPI description, good ones
/// and bad ones: no answer is a fault of the server, and each is what the description says.
class SchemathesisIT {
  private static final String TOKEN = "the-secret-of-an-administrator";
  private static final int MANY = 1_000_000;
  private static final long PATIENCE_MINUTES = 15;

  @Test
  void findsNothingThatTheDescriptionDoesNotSay(@TempDir Path folder) throws Exception {
    Optional<Path> schemathesis = onPath("schemathesis");
    assumeTrue(
        schemathesis.isPresent(),
        "There is no 'schemathesis' on the path: pip install schemathesis==4.32.5");
    String seed = System.getProperty("tidemark.seed", "1");

    try (LocalServer local =
            LocalServer.start(LocalData.open(folder.resolve("s3"), new SecureRandom()), 0);
        S3ObjectStore store =
            S3ObjectStore.open(
                S3Settings.fromEnvironment(
                    S3Location.parse(local.repository()), local.environment()))) {
      fill(folder, local, store);
      try (FunctionsServer server = FunctionsServer.start(settings(), store)) {
        Path said = folder.resolve("schemathesis.log");
        Process client =
            new ProcessBuilder(
                    schemathesis.get().toString(),
                    "run",
                    server.uri() + "/v1/openapi.json",
                    "-H",
                    "Authorization: Bearer " + TOKEN,
                    "--checks",
                    "not_a_server_error,status_code_conformance,content_type_conformance,"
                        + "response_headers_conformance,response_schema_conformance,"
                        + "unsupported_method,negative_data_rejection,ignored_auth",
                    "--phases",
                    "examples,coverage,fuzzing",
                    "--max-examples",
                    "10",
                    "--seed",
                    seed,
                    "--request-timeout",
                    "60",
                    "--no-color")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = client.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
        if (!ended) {
          client.destroyForcibly();
        }
        String output = Files.readString(said);
        assertThat(ended).as(output).isTrue();
        assertThat(client.exitValue()).as("-Dtidemark.seed=%s%n%s", seed, output).isZero();
      }
    }
  }

  /// What the description's examples name is there, so that more than refusals is seen.
  private static void fill(Path folder, LocalServer local, S3ObjectStore store) throws Exception {
    Path image = Files.write(folder.resolve("db1.img"), new byte[1 << 20]);
    tidemark(folder, local, "repository", "init");
    tidemark(folder, local, "volume", "add", "db1", image.toString());
    tidemark(folder, local, "snapshot", "create", "db1", "--name", "one");
    tidemark(folder, local, "snapshot", "create", "db1", "--name", "two");
    SecureRandom random = new SecureRandom();
    Backoff backoff =
        new JitteredBackoff(
            random, Duration.ofMillis(10), Duration.ofSeconds(1), Duration.ofSeconds(10));
    Repository repository =
        Repository.open(
            store,
            new Journal.Writer(
                "test",
                InstantSource.system(),
                random,
                new SettledCreate(store, backoff),
                backoff));
    new Hosts(repository)
        .register(CommandEnvironment.ofThisProcess().host(), List.of("fast"), Optional.empty());
  }

  private static FunctionsServer.Settings settings() {
    return new FunctionsServer.Settings(
        FunctionsServer.Settings.LOOPBACK,
        0,
        Tokens.single(TOKEN, new Caller("test", Role.ADMINISTRATOR)),
        "functions",
        new RateLimit(MANY, MANY, System::nanoTime),
        InstantSource.system(),
        new SecureRandom());
  }

  private static void tidemark(Path folder, LocalServer local, String... command) {
    Map<String, String> variables = new HashMap<>(local.environment());
    variables.put("TIDEMARK_STATE", folder.resolve("state").toString());
    int status = Tidemark.run(CommandEnvironment.ofThisProcess().withVariables(variables), command);
    assertThat(status).as(String.join(" ", command)).isZero();
  }

  private static Optional<Path> onPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder).resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
