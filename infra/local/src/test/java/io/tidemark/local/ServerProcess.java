package io.tidemark.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `tidemark local` as a process, which can be killed and started again at the same address.
final class ServerProcess implements StoreServer {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final int port;
  private Process process;
  private Map<String, String> environment;

  private ServerProcess(Path folder, int port) throws IOException {
    this.folder = folder;
    this.port = port;
    start();
  }

  static ServerProcess start(Path folder) {
    try {
      return new ServerProcess(folder, freePort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /// Starts it again after [#kill].
  void start() throws IOException {
    ProcessBuilder builder =
        Distribution.process(
            Map.of(),
            "local",
            "--data",
            folder.toString(),
            "--port",
            Integer.toString(port),
            "--functions-port",
            "0",
            "--json");
    process =
        builder
            .redirectError(
                ProcessBuilder.Redirect.appendTo(
                    folder.resolveSibling(folder.getFileName() + ".log").toFile()))
            .start();
    BufferedReader out = process.inputReader();
    JsonNode document = JSON.readTree(out.readLine());
    environment = new TreeMap<>();
    document
        .path("environment")
        .properties()
        .forEach(member -> environment.put(member.getKey(), member.getValue().asString()));
    if (environment.isEmpty()) {
      throw new IOException(
          document + Files.readString(folder.resolveSibling(folder.getFileName() + ".log")));
    }
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public Path objects() {
    return StoreServer.objects(folder);
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
