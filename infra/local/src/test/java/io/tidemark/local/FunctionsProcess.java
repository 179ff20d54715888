package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `tidemark function serve` as a process, which can be killed and started again at the same
/// address.
final class FunctionsProcess implements AutoCloseable {
  private static final String TOKEN = "the-secret-of-an-administrator";
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, String> variables;
  private final Path log;
  private final int port;
  private Process process;

  private FunctionsProcess(Map<String, String> variables, Path log, int port) throws IOException {
    this.variables = variables;
    this.log = log;
    this.port = port;
    this.process = launch();
  }

  /// @param store that leads to the store
  /// @param log of what it says
  static FunctionsProcess start(Map<String, String> store, Path log) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Map<String, String> variables = new TreeMap<>(store);
    variables.put("TIDEMARK_TOKENS", "administrator tester " + TOKEN);
    variables.put("TIDEMARK_LISTEN", "127.0.0.1:" + port);
    return new FunctionsProcess(variables, log, port);
  }

  /// Starts it again after [#kill], and returns once it serves.
  void startAgain() throws IOException {
    process = launch();
  }

  private Process launch() throws IOException {
    Process launched =
        Distribution.process(variables, "function", "serve", "--json")
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    String line = launched.inputReader().readLine();
    JsonNode document = JSON.readTree(line == null ? "{}" : line);
    assertThat(document.path("address").asString())
        .as(line + said())
        .endsWith(Integer.toString(port));
    return launched;
  }

  /// Somebody who may do everything.
  FunctionsClient client() {
    return new FunctionsClient(URI.create("http://127.0.0.1:" + port), TOKEN);
  }

  /// All that it has said.
  String said() throws IOException {
    return Files.readString(log);
  }

  void kill() throws IOException {
    Distribution.kill(process);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
