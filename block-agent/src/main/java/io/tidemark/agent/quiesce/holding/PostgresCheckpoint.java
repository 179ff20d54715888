package io.tidemark.agent.quiesce.holding;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A checkpoint of a PostgreSQL, by its own client. Holds nobody: the server recovers from any
/// instant, and the sooner the less there is to replay.
final class PostgresCheckpoint implements Holding {
  private static final String PROGRAM = "psql";
  private static final String SERVICE = "tidemark";

  private final Optional<Path> services;

  PostgresCheckpoint(Optional<Path> services) {
    this.services = services;
  }

  @Override
  public Worth worth() {
    return Worth.NOTHING;
  }

  @Override
  public boolean keepsWriters() {
    return false;
  }

  @Override
  public Optional<Undo> undo() {
    return Optional.empty();
  }

  @Override
  public void check() throws IOException {
    String _ = Programs.first(List.of(PROGRAM));
    if (services.isPresent()) {
      Programs.requirePrivate(services.get());
    }
  }

  @Override
  public void begin(Duration timeout, Duration most) throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>();
    environment.put("PGAPPNAME", "tidemark");
    environment.put("PGCONNECT_TIMEOUT", String.valueOf(Math.max(2, timeout.toSeconds())));
    services.ifPresent(
        file -> {
          environment.put("PGSERVICEFILE", file.toString());
          environment.put("PGSERVICE", SERVICE);
        });
    try (ClientProcess client =
        ClientProcess.start(
            List.of(
                PROGRAM,
                "--no-psqlrc",
                "--no-password",
                "--quiet",
                "--set=ON_ERROR_STOP=1",
                "--command=CHECKPOINT"),
            environment)) {
      client.finish(timeout);
    }
  }

  @Override
  public void end() {}
}
