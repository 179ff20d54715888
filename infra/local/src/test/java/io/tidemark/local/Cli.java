package io.tidemark.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.command.Tidemark;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import io.tidemark.repository.testing.Writers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Somebody at a host who types `tidemark` lines, each a process of its own.
final class Cli {
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, String> variables;
  private final Optional<CommandEnvironment> here;

  /// @param variables that lead to a store
  /// @param state the host's own folder
  Cli(Map<String, String> variables, Path state) {
    this(new TreeMap<>(variables), Optional.empty());
    this.variables.put("TIDEMARK_STATE", state.toString());
  }

  private Cli(Map<String, String> variables, Optional<CommandEnvironment> here) {
    this.variables = variables;
    this.here = here;
  }

  /// The same in this process, which is faster; only [#process] still starts one.
  Cli here() {
    return here(CommandEnvironment.ofThisProcess());
  }

  Cli here(CommandEnvironment environment) {
    return new Cli(new TreeMap<>(variables), Optional.of(environment));
  }

  /// What a line came to.
  // Only read, never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Outcome(int status, byte[] bytes, String err) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    JsonNode json() {
      assertThat(out()).as(err).endsWith("\n");
      return JSON.readTree(bytes);
    }

    String code() {
      return json().path("error").path("code").asString();
    }

    String message() {
      return json().path("error").path("message").asString();
    }
  }

  Cli with(String name, String value) {
    Cli other = new Cli(new TreeMap<>(variables), here);
    other.variables.put(name, value);
    return other;
  }

  Map<String, String> variables() {
    return variables;
  }

  ProcessBuilder process(String... words) {
    return Distribution.process(variables, words);
  }

  /// Runs a line to its end.
  Outcome run(String... words) throws IOException, InterruptedException {
    return here.isPresent() ? runHere(here.get(), words) : await(process(words).start());
  }

  private Outcome runHere(CommandEnvironment environment, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    int status =
        Tidemark.run(
            environment.withVariables(variables).withOut(out).withErr(new PrintWriter(err)), words);
    return new Outcome(status, out.toByteArray(), err.toString());
  }

  static Outcome await(Process process) throws IOException, InterruptedException {
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(
            () -> {
              try (InputStream stream = process.getErrorStream()) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
              } catch (IOException e) {
                return e.toString();
              }
            },
            // A server in this process needs the common pool, which is small.
            task -> Thread.ofPlatform().daemon().start(task));
    byte[] out;
    try (InputStream stream = process.getInputStream()) {
      out = stream.readAllBytes();
    }
    return new Outcome(process.waitFor(), out, err.join());
  }

  /// Runs a line that has to work, and gives back its document.
  JsonNode json(String... words) throws IOException, InterruptedException {
    Outcome outcome = run(json(Stream.of(words)));
    assertThat(outcome.status())
        .as(() -> Arrays.toString(words) + ": " + outcome.out() + outcome.err())
        .isZero();
    return outcome.json();
  }

  /// Prepares something by a line that has to work, in this process, and gives back its document.
  JsonNode prepare(String... words) throws IOException, InterruptedException {
    return here().json(words);
  }

  /// Makes a repository as `repository init` does, but without trying the store out, which takes
  /// seconds; in a bucket that is there.
  void initialise() {
    try (S3ObjectStore store =
        S3ObjectStore.open(
            S3Settings.fromEnvironment(
                S3Location.parse(requireNonNull(variables.get("TIDEMARK_REPOSITORY"))),
                variables))) {
      Journal.Writer writer =
          Writers.writer(store, "test", InstantSource.system(), RandomGenerator.getDefault());
      Repository _ =
          Repository.initialise(store, writer, requireNonNull(variables.get("AWS_REGION")));
    }
  }

  /// Runs a line that has to fail with this status, and checks that it says so in one document.
  Outcome failure(int status, String code, String... words)
      throws IOException, InterruptedException {
    Outcome outcome = run(json(Stream.of(words)));
    assertThat(outcome.status())
        .as(() -> Arrays.toString(words) + ": " + outcome.out() + outcome.err())
        .isEqualTo(status);
    assertThat(outcome.code()).as(outcome.out()).isEqualTo(code);
    assertThat(outcome.message()).isNotBlank();
    return outcome;
  }

  private static String[] json(Stream<String> words) {
    return Stream.concat(words, Stream.of("--json")).toArray(String[]::new);
  }
}
