package io.tidemark.agent.command;

import io.tidemark.agent.daemon.configuration.AgentConfiguration;
import io.tidemark.agent.daemon.configuration.ConfigurationException;
import io.tidemark.agent.daemon.configuration.ConfigurationFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/// A verb that an agent's configuration file says the rest to.
abstract class AgentVerb extends Verb {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration, YAML; /etc/tidemark/agent.yaml when not given.")
  private Path file = ConfigurationFile.USUAL;

  /// The file, whole and sound.
  ///
  /// @throws UsageException naming every fault and its line
  final AgentConfiguration read() {
    try {
      return ConfigurationFile.read(file);
    } catch (ConfigurationException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /// The same, for whoever takes a faulty one as no reason to end.
  final AgentConfiguration readAgain() throws ConfigurationException {
    return ConfigurationFile.read(file);
  }

  /// What the configuration says under the names that the environment has for it.
  static Map<String, String> variables(AgentConfiguration configuration) {
    Map<String, String> variables = new HashMap<>(configuration.credentials());
    configuration.repository().ifPresent(text -> variables.put("TIDEMARK_REPOSITORY", text));
    configuration.endpoint().ifPresent(text -> variables.put("AWS_ENDPOINT_URL_S3", text));
    configuration.region().ifPresent(text -> variables.put("AWS_REGION", text));
    configuration.host().ifPresent(text -> variables.put("TIDEMARK_HOST", text));
    configuration.state().ifPresent(path -> variables.put("TIDEMARK_STATE", path.toString()));
    return variables;
  }
}
