package io.tidemark.local;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.agent.command.Tidemark;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs lines of the `tidemark` command in this process and reads what they answer.
final class CommandRunner {
  private static final JsonMapper JSON = new JsonMapper();

  private final CommandEnvironment environment;

  CommandRunner(CommandEnvironment environment) {
    this.environment = environment;
  }

  /// The document that the line answers with; `--json` is added to it.
  ///
  /// @throws QuickstartFailure with the command's own status and words when it fails
  JsonNode run(String... words) throws QuickstartFailure {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status =
        Tidemark.run(
            environment.withOut(out),
            Stream.concat(Stream.of(words), Stream.of("--json")).toArray(String[]::new));
    JsonNode document = JSON.readTree(out.toByteArray());
    if (status != 0) {
      JsonNode message = document.path("error").path("message");
      throw new QuickstartFailure(
          status,
          "tidemark "
              + String.join(" ", words)
              + ":\n"
              + (message.isMissingNode()
                  ? out.toString(StandardCharsets.UTF_8)
                  : message.asString()));
    }
    return document;
  }
}
