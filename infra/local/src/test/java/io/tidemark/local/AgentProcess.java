package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `tidemark agent run` as a process.
final class AgentProcess implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Process process;
  private final Path log;
  private final int port;

  private AgentProcess(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /// Starts one, and returns once it has read its configuration and has its port.
  ///
  /// @param variables that lead to the store
  static AgentProcess start(Map<String, String> variables, Path configuration) throws IOException {
    Path log = configuration.resolveSibling("agent.log");
    Process process =
        Distribution.process(
                variables, "agent", "run", "--config", configuration.toString(), "--json")
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    String line = process.inputReader().readLine();
    JsonNode document = JSON.readTree(line == null ? "{}" : line);
    assertThat(document.has("port")).as(() -> line + said(log)).isTrue();
    return new AgentProcess(process, log, document.path("port").asInt());
  }

  private static String said(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  Process process() {
    return process;
  }

  /// All that agents with this configuration have said.
  String said() {
    return said(log);
  }

  HttpResponse<String> ask(String method, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  void kill() throws IOException {
    Distribution.kill(process);
  }

  /// Ends it in order, and gives back its status.
  int stop() throws Exception {
    Running.signal(process, "TERM");
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
