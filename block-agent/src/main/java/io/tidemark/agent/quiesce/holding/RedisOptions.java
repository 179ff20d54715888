package io.tidemark.agent.quiesce.holding;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a Redis is and who asks it: lines `NAME=VALUE` of a file, which is never quoted, for there
/// may be a secret in it.
record RedisOptions(SocketAddress address, Optional<String> user, Optional<String> password) {
  private static final List<String> NAMES = List.of("host", "port", "socket", "user", "password");
  private static final int USUAL_PORT = 6379;

  static RedisOptions read(Optional<Path> file) throws IOException {
    Map<String, String> options = new HashMap<>();
    if (file.isPresent()) {
      Programs.requirePrivate(file.get());
      int number = 0;
      for (String line : Files.readAllLines(file.get())) {
        number++;
        String stripped = line.strip();
        if (stripped.isEmpty() || stripped.startsWith("#")) {
          continue;
        }
        int equals = stripped.indexOf('=');
        String name = equals < 0 ? "" : stripped.substring(0, equals).strip();
        if (!NAMES.contains(name)) {
          throw new IOException(
              file.get()
                  + ", line "
                  + number
                  + ": wanted NAME=VALUE, NAME one of "
                  + String.join(", ", NAMES));
        }
        options.put(name, stripped.substring(equals + 1).strip());
      }
    }
    return new RedisOptions(
        address(options),
        Optional.ofNullable(options.get("user")),
        Optional.ofNullable(options.get("password")));
  }

  private static SocketAddress address(Map<String, String> options) throws IOException {
    String socket = options.get("socket");
    if (socket != null) {
      return UnixDomainSocketAddress.of(socket);
    }
    String port = options.getOrDefault("port", String.valueOf(USUAL_PORT));
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IOException("there is no port '" + port + "'");
    }
    return new InetSocketAddress(options.getOrDefault("host", "127.0.0.1"), Integer.parseInt(port));
  }

  /// Says nothing secret.
  @Override
  public String toString() {
    return "Redis at " + address;
  }
}
