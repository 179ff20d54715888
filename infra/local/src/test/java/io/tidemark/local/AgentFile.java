package io.tidemark.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The configuration of the agent of `host-a`.
final class AgentFile {
  /// Looks often, and listens where there is room.
  static final String EAGER =
      """
      polling:
        least: 100ms
        most: 1s
      listener:
        port: 0
      """;

  private AgentFile() {}

  /// Writes `agent.yaml`; the state lies in the same folder.
  ///
  /// @param volumes files by name
  /// @param more lines of it
  static Path write(Path folder, Map<String, Path> volumes, String... more) throws IOException {
    StringBuilder text =
        new StringBuilder("host: host-a\nstate: " + folder.resolve("state") + "\nvolumes:\n");
    volumes.forEach(
        (name, path) ->
            text.append("  - {name: ").append(name).append(", path: ").append(path).append("}\n"));
    return Files.writeString(
        folder.resolve("agent.yaml"), text.append(String.join("\n", more)).append('\n'));
  }

  /// Where new volumes come to lie.
  static String pool(Path folder) {
    return "pools: {fast: " + folder + "}";
  }
}
