package io.tidemark.agent.quiesce.holding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.quiesce.QuiesceWish;
import io.tidemark.agent.socket.Served;
import io.tidemark.agent.system.Machine;
import io.tidemark.repository.journal.Consistency;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Steps against the servers themselves.
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuiesceServersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<AutoCloseable> servers = new ArrayList<>();
  private Path folder = Path.of("/");
  private Path services = Path.of("/");
  private Path redis = Path.of("/");

  @SuppressWarnings("NullAway.Init")
  private MariaDb mariaDb;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    Machine.needsRootAnd("mariadbd", "mariadb-install-db", "redis-server", "psql");
    folder = temporary;
    Path data = folder.resolve("mariadb");
    MariaDb.install(data);
    mariaDb = MariaDb.start(folder, data);
    servers.add(mariaDb);
    String _ = mariaDb.run("CREATE DATABASE t; CREATE TABLE t.t (n INT PRIMARY KEY) ENGINE=InnoDB");
    startRedis();
    startPostgres();
  }

  private void startRedis() throws Exception {
    Path socket = folder.resolve("redis.sock");
    redis = folder.resolve("redis.options");
    writePrivately(redis, "# for the step\nsocket=" + socket + "\npassword=swordfish\n");
    servers.add(
        Served.start(
            folder.resolve("redis.log"),
            UnixDomainSocketAddress.of(socket),
            List.of(
                "redis-server",
                "--port",
                "0",
                "--unixsocket",
                socket.toString(),
                "--requirepass",
                "swordfish",
                "--save",
                "",
                "--dir",
                folder.toString())));
  }

  private void startPostgres() throws Exception {
    Path bin;
    try (var versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      bin = versions.sorted().toList().getLast().resolve("bin");
    }
    // It refuses to be run by root, and has to find its folder.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path own = Files.createDirectory(folder.resolve("postgres"));
    String _ = Machine.run("chown", "postgres", own.toString());
    Path data = own.resolve("data");
    String _ =
        Machine.run(
            "setpriv",
            "--reuid=postgres",
            "--regid=postgres",
            "--clear-groups",
            bin.resolve("initdb").toString(),
            "-A",
            "trust",
            "-U",
            "root",
            "--no-sync",
            "-D",
            data.toString());
    servers.add(
        Served.start(
            folder.resolve("postgres.log"),
            UnixDomainSocketAddress.of(own.resolve(".s.PGSQL.5432")),
            List.of(
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                bin.resolve("postgres").toString(),
                "-D",
                data.toString(),
                "-k",
                own.toString(),
                "-c",
                "listen_addresses=",
                "-c",
                "shared_buffers=8MB")));
    services = folder.resolve("services");
    writePrivately(services, "[tidemark]\nhost=" + own + "\nuser=root\ndbname=postgres\n");
  }

  private static void writePrivately(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable server : servers.reversed()) {
      server.close();
    }
  }

  private static Quiescing quiescing(String... steps) throws QuiesceException {
    List<QuiesceStep> parsed = List.of(steps).stream().map(QuiesceStep::parse).toList();
    return Quiescing.of(new QuiesceWish(parsed, Optional.empty()), List.of());
  }

  /// Whether a write gets through within a second.
  private boolean isWritable(int n) throws IOException {
    try {
      String _ = mariaDb.run("SET lock_wait_timeout=1; REPLACE INTO t.t VALUES (" + n + ")");
      return true;
    } catch (AssertionError e) {
      assertThat(e).hasMessageContaining("Lock wait timeout");
      return false;
    }
  }

  private String mysql() {
    return "mysql:" + mariaDb.options();
  }

  @Test
  void holdsTheWritersOfMariaDb() throws Exception {
    try (Quiescing quiescing = quiescing(mysql())) {
      assertThat(quiescing.<Boolean, IOException>during(() -> isWritable(1))).isFalse();
      assertThat(quiescing.outcome().consistency()).contains(Consistency.APPLICATION);
      assertThat(quiescing.outcome().held().orElseThrow()).isPositive();
    }
    assertThat(isWritable(1)).isTrue();
    assertNoSessionIsLeft();
  }

  private void assertNoSessionIsLeft() {
    // Its client has ended; the server may be a moment behind.
    String others =
        "SELECT COUNT(*) FROM information_schema.processlist WHERE id<>CONNECTION_ID()"
            + " AND user='root'";
    while (!mariaDb.run(others).equals("0")) {
      Thread.onSpinWait();
    }
  }

  @Test
  void leavesNoLockWhenMariaDbIsTooBusy() throws Exception {
    try (ClientProcess other = mariaDb.session()) {
      other.send("LOCK TABLES t.t WRITE;\nSELECT 'locked';\n");
      other.expect("locked", PATIENCE);
      try (Quiescing quiescing = quiescing(mysql() + "?timeout=1s")) {
        assertThatThrownBy(() -> quiescing.<Boolean, IOException>during(() -> isWritable(2)))
            .isInstanceOf(QuiesceException.class)
            .hasMessageContaining("Lock wait timeout exceeded")
            .hasMessageContaining("otherwise=crash");
      }
      try (Quiescing quiescing = quiescing(mysql() + "?timeout=1s&otherwise=crash")) {
        assertThat(quiescing.<String, IOException>during(() -> "taken")).isEqualTo("taken");
        assertThat(quiescing.outcome().consistency()).isEmpty();
        assertThat(quiescing.outcome().remarks()).singleElement().asString().contains("without it");
      }
      other.send("UNLOCK TABLES;\nSELECT 'unlocked';\n");
      other.expect("unlocked", PATIENCE);
      other.finish(PATIENCE);
    }
    assertThat(isWritable(2)).isTrue();
    assertNoSessionIsLeft();
  }

  @Test
  void saysNothingSecretWhenTheServerRefuses() throws Exception {
    Path wrong = folder.resolve("wrong.cnf");
    writePrivately(
        wrong, "[client]\nuser=nobody\npassword=swordfish\nsocket=" + mariaDb.socket() + "\n");
    try (Quiescing quiescing = quiescing("mysql:" + wrong)) {
      assertThatThrownBy(() -> quiescing.<String, IOException>during(() -> "taken"))
          .hasMessageContaining("Access denied")
          .hasMessageNotContaining("swordfish");
    }
    Files.setPosixFilePermissions(wrong, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> quiescing("mysql:" + wrong))
        .hasMessageContaining("chmod 600")
        .hasMessageNotContaining("swordfish");
  }

  /// At the instant, with everything held.
  private Process holder(int gap, int instantMillis, String... steps) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HoldingProcess.class.getName(),
                String.valueOf(gap),
                String.valueOf(instantMillis)));
    command.addAll(List.of(steps));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void awaitStop(BufferedReader reader, String last) throws IOException {
    String before = "";
    for (String line = reader.readLine(); !"stopped".equals(line); line = reader.readLine()) {
      assertThat(line).as(before).isNotNull();
      before = line;
    }
    assertThat(before).endsWith(last);
  }

  @Test
  void leavesNoLockInMariaDbWhenKilled() throws Exception {
    Process process = holder(2, 600_000, mysql());
    try (BufferedReader reader = process.inputReader()) {
      awaitStop(reader, "instant");
      assertThat(isWritable(3)).isFalse();
      process.destroyForcibly();
      String _ = mariaDb.run("SET lock_wait_timeout=60; REPLACE INTO t.t VALUES (3)");
    }
  }

  @Test
  void losesItsLockInMariaDbWhenItStandsStill() throws Exception {
    Process process = holder(2, 500, mysql() + "?timeout=500ms");
    try (BufferedReader reader = process.inputReader()) {
      awaitStop(reader, "instant");
      String _ = mariaDb.run("SET lock_wait_timeout=60; REPLACE INTO t.t VALUES (4)");
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      assertThat(reader.readAllLines().getLast()).contains("Writers were not held until the end");
    }
  }

  @Test
  void writesACheckpointOfPostgres() throws Exception {
    String count = "SELECT checkpoints_req FROM pg_stat_bgwriter";
    long before = Long.parseLong(psql(count));
    try (Quiescing quiescing = quiescing("postgresql:" + services)) {
      assertThat(quiescing.<String, IOException>during(() -> "taken")).isEqualTo("taken");
      // It recovers as after a power cut; nobody was held.
      assertThat(quiescing.outcome()).isEqualTo(Outcome.NOTHING);
    }
    // The checkpointer tells its count a little later.
    while (Long.parseLong(psql(count)) == before) {
      Thread.onSpinWait();
    }
    Path nowhere = folder.resolve("nowhere");
    writePrivately(nowhere, "[tidemark]\nhost=" + folder.resolve("none") + "\n");
    try (Quiescing quiescing = quiescing("postgresql:" + nowhere)) {
      assertThatThrownBy(() -> quiescing.<String, IOException>during(() -> "taken"))
          .hasMessageContaining("psql ended with status 2");
    }
  }

  private String psql(String statement) {
    return Machine.run(
        "psql",
        "-XAtq",
        "-h",
        folder.resolve("postgres").toString(),
        "-U",
        "root",
        "-d",
        "postgres",
        "-c",
        statement);
  }

  private RedisClient redis() throws IOException {
    return RedisClient.connect(RedisOptions.read(Optional.of(redis)), PATIENCE);
  }

  private static void awaitBlocked(RedisClient client) throws IOException {
    while (!client.ask("INFO", "clients").contains("blocked_clients:1")) {
      Thread.onSpinWait();
    }
  }

  @Test
  void savesARedisWhoseWritersWait() throws Exception {
    try (RedisClient writer = redis();
        RedisClient watcher = redis();
        Quiescing quiescing = quiescing("redis:" + redis)) {
      assertThat(writer.ask("SET", "before", "acknowledged")).isEqualTo("OK");
      Thread late = Thread.ofVirtual().unstarted(() -> set(writer));
      String saved =
          quiescing.<String, IOException>during(
              () -> {
                late.start();
                awaitBlocked(watcher);
                return Files.readString(folder.resolve("dump.rdb"), StandardCharsets.ISO_8859_1);
              });
      late.join();
      assertThat(saved).contains("acknowledged").doesNotContain("too late");
      assertThat(watcher.ask("GET", "after")).isEqualTo("too late");
      assertThat(quiescing.outcome().consistency()).contains(Consistency.APPLICATION);
    }
  }

  private static void set(RedisClient writer) {
    try {
      String _ = writer.ask("SET", "after", "too late");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void letsTheWritersOfRedisGoWhenKilled() throws Exception {
    // guard, armed, begun, instant
    Process process = holder(4, 600_000, "redis:" + redis);
    try (BufferedReader reader = process.inputReader();
        RedisClient writer = redis();
        RedisClient watcher = redis()) {
      awaitStop(reader, "instant");
      Thread late = Thread.ofVirtual().start(() -> set(writer));
      awaitBlocked(watcher);
      process.destroyForcibly();
      late.join();
    }
    Path wrong = folder.resolve("wrong.redis");
    writePrivately(wrong, "socket=" + folder.resolve("redis.sock") + "\npassword=sharkfish\n");
    try (Quiescing quiescing = quiescing("redis:" + wrong)) {
      assertThatThrownBy(() -> quiescing.<String, IOException>during(() -> "taken"))
          .hasMessageContaining("refuses AUTH")
          .hasMessageNotContaining("sharkfish");
    }
  }
}
