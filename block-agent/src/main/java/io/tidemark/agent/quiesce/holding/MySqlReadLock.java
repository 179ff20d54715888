package io.tidemark.agent.quiesce.holding;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The read lock of all tables of a MySQL or MariaDB, held by a session of its own client. The
/// server takes it back when that session ends, as it does when this process ends, and when the
/// session says nothing for too long, as when this process stands still.
final class MySqlReadLock implements Holding {
  private static final String HELD = "tidemark holds";
  private static final String RELEASED = "tidemark released";

  /// For what the server has nothing to wait for.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Optional<Path> options;
  private @Nullable ClientProcess session;

  MySqlReadLock(Optional<Path> options) {
    this.options = options;
  }

  @Override
  public Worth worth() {
    return Worth.APPLICATION;
  }

  @Override
  public boolean keepsWriters() {
    return true;
  }

  @Override
  public Optional<Undo> undo() {
    return Optional.empty();
  }

  @Override
  public void check() throws IOException {
    String _ = Programs.first(List.of("mariadb", "mysql"));
    if (options.isPresent()) {
      Programs.requirePrivate(options.get());
    }
  }

  @Override
  public void begin(Duration timeout, Duration most) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Programs.first(List.of("mariadb", "mysql")));
    // The client takes this one as its first argument only.
    options.ifPresent(file -> command.add("--defaults-extra-file=" + file));
    command.addAll(
        List.of(
            "--batch",
            "--skip-column-names",
            "--unbuffered",
            "--skip-reconnect",
            "--skip-auto-rehash",
            "--connect-timeout=" + seconds(timeout)));
    ClientProcess client = ClientProcess.start(command, Map.of());
    boolean done = false;
    try {
      client.send(
          "SET SESSION lock_wait_timeout="
              + seconds(timeout)
              + ", SESSION wait_timeout="
              + seconds(most)
              + ";\nFLUSH TABLES WITH READ LOCK;\nSELECT '"
              + HELD
              + "';\n");
      // The server is to be the first to give up: then it waits for nothing any more.
      client.expect(HELD, timeout.plusSeconds(1));
      session = client;
      done = true;
    } finally {
      if (!done) {
        client.close();
      }
    }
  }

  private static long seconds(Duration span) {
    return Math.max(1, span.plusMillis(999).toSeconds());
  }

  @Override
  public void end() throws IOException, InterruptedException {
    ClientProcess client = session;
    if (client == null) {
      return;
    }
    try (client) {
      client.send("UNLOCK TABLES;\nSELECT '" + RELEASED + "';\n");
      client.expect(RELEASED, PATIENCE);
      client.finish(PATIENCE);
    }
  }
}
