package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.command.Tidemark;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `tidemark function`.
class FunctionCommandIT {
  private static final String TOKEN = "the-secret-of-a-reader";

  @TempDir private Path folder;
  private LocalServer store;

  @BeforeEach
  void start() throws Exception {
    store = LocalServer.start(LocalData.open(folder.resolve("s3"), new SecureRandom()), 0);
    Path image = Files.write(folder.resolve("web.img"), new byte[1 << 20]);
    assertThat(run(new ByteArrayOutputStream(), "repository", "init")).isZero();
    assertThat(run(new ByteArrayOutputStream(), "volume", "add", "web", image.toString())).isZero();
    assertThat(run(new ByteArrayOutputStream(), "snapshot", "create", "web")).isZero();
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
  }

  private CommandEnvironment environment(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(store.environment());
    variables.put("TIDEMARK_STATE", folder.resolve("state").toString());
    variables.putAll(more);
    return CommandEnvironment.ofThisProcess().withVariables(variables);
  }

  private int run(ByteArrayOutputStream out, String... command) {
    return Tidemark.run(environment(Map.of()).withOut(out), command);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schedule-tick",
        "expire",
        "abort-silent",
        "collect",
        "verify-sample",
        "index-sweep"
      })
  void runsAScheduledFunctionOnce(String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThat(run(out, "function", "run", name, "--json")).isZero();

    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("{\"function\":\"" + name + "\"")
        .contains("\"failures\":0", "\"failures\":[]");
  }

  @Test
  void namesTheFunctionsThatThereAre() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThat(run(out, "function", "run", "format-disk", "--json")).isEqualTo(2);

    assertThat(out.toString(StandardCharsets.UTF_8)).contains("schedule-tick, verify-sample");
  }

  @Test
  void servesNobodyWhereNobodyIsLetIn() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThat(run(out, "function", "serve", "--json")).isEqualTo(2);

    assertThat(out.toString(StandardCharsets.UTF_8)).contains("TIDEMARK_TOKENS");
  }

  @Test
  void servesUntilInterrupted() throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens"), "reader me " + TOKEN + "\n");
    CommandEnvironment environment =
        environment(
            Map.of("TIDEMARK_TOKENS_FILE", tokens.toString(), "TIDEMARK_LISTEN", "127.0.0.1:0"));
    try (PipedInputStream said = new PipedInputStream();
        PipedOutputStream out = new PipedOutputStream(said);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8));
        HttpClient client = HttpClient.newHttpClient()) {
      Thread server =
          Thread.ofPlatform()
              .start(() -> Tidemark.run(environment.withOut(out), "function", "serve"));
      URI address = URI.create(lines.readLine() + "/v1/snapshots");
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(address).header("Authorization", "Bearer " + TOKEN).build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"volume\":\"web\"");
      server.interrupt();
      server.join();
    }
  }
}
