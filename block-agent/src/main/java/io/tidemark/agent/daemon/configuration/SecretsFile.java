package io.tidemark.agent.daemon.configuration;

import io.tidemark.agent.daemon.configuration.ConfigurationException.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Credentials in lines of the form `NAME=VALUE`, under the names that the environment has for
/// them. Never quotes a line: it may be a secret.
final class SecretsFile {
  static final List<String> NAMES =
      List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");

  private SecretsFile() {}

  /// @throws ConfigurationException when it is unreadable, readable by everybody, or malformed
  static Map<String, String> read(Path file) throws ConfigurationException {
    List<String> lines;
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (permissions.contains(PosixFilePermission.OTHERS_READ)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw refusal(file, "everybody may read or write it. Make it private: chmod 600 " + file);
      }
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw refusal(file, "there is no such file. Put the store's key there, see 'secrets'");
    } catch (IOException e) {
      throw refusal(file, "cannot be read (" + e.getClass().getSimpleName() + ")");
    }
    Map<String, String> secrets = new HashMap<>();
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int equals = line.indexOf('=');
      String name = equals < 0 ? "" : line.substring(0, equals).strip();
      if (!NAMES.contains(name)) {
        faults.add(new Fault(i + 1, "wanted NAME=VALUE, NAME one of " + String.join(", ", NAMES)));
      } else {
        secrets.put(name, line.substring(equals + 1).strip());
      }
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(file, faults);
    }
    return secrets;
  }

  private static ConfigurationException refusal(Path file, String what) {
    return new ConfigurationException(file, List.of(new Fault(0, what)));
  }
}
