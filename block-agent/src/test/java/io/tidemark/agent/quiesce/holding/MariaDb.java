package io.tidemark.agent.quiesce.holding;

import io.tidemark.agent.socket.Served;
import io.tidemark.agent.system.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opentest4j.AssertionFailedError;

/// A MariaDB of a test's own, at a socket. The folder of its data may be anywhere.
public final class MariaDb implements AutoCloseable {
  private final Path socket;
  private final Path options;
  private final Served server;

  private MariaDb(Path socket, Path options, Served server) {
    this.socket = socket;
    this.options = options;
    this.server = server;
  }

  /// Makes a data folder.
  public static void install(Path data) {
    String _ =
        Machine.run(
            "mariadb-install-db",
            "--no-defaults",
            "--user=root",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--innodb-log-file-size=4M",
            "--datadir=" + data);
  }

  /// @param folder for socket, log and options
  public static MariaDb start(Path folder, Path data) throws Exception {
    Path socket = folder.resolve("mariadb.sock");
    Path options = folder.resolve("mariadb.cnf");
    Files.writeString(options, "[client]\nuser=root\nsocket=" + socket + "\n");
    Files.setPosixFilePermissions(options, PosixFilePermissions.fromString("rw-------"));
    Served server =
        Served.start(
            folder.resolve("mariadb.log"),
            UnixDomainSocketAddress.of(socket),
            List.of(
                "/usr/sbin/mariadbd",
                "--no-defaults",
                "--user=root",
                "--skip-networking",
                "--innodb-buffer-pool-size=8M",
                "--innodb-log-file-size=4M",
                "--innodb-flush-log-at-trx-commit=1",
                "--pid-file=" + folder.resolve("mariadb.pid"),
                "--socket=" + socket,
                "--datadir=" + data));
    return new MariaDb(socket, options, server);
  }

  public Path socket() {
    return socket;
  }

  /// The client's options, as a step names them.
  public Path options() {
    return options;
  }

  /// What statements print.
  public String run(String statements) {
    return Machine.run(
        "mariadb",
        "--defaults-extra-file=" + options,
        "--batch",
        "--skip-column-names",
        "-e",
        statements);
  }

  /// A session that goes on.
  ClientProcess session() throws IOException {
    return ClientProcess.start(
        List.of(
            "mariadb",
            "--defaults-extra-file=" + options,
            "--batch",
            "--skip-column-names",
            "--unbuffered"),
        Map.of());
  }

  /// Ends it as a power cut would.
  public void kill() throws InterruptedException {
    server.kill();
  }

  /// One transaction.
  ///
  /// @param begun before it was sent
  /// @param acknowledged after the server said that it is kept
  public record Commit(int number, Instant begun, Instant acknowledged) {}

  /// Writes one row after the other to `t.t`, until closed.
  public final class Load implements AutoCloseable {
    private final List<Commit> commits = new ArrayList<>();
    private final int first;
    private final int step;
    private final Thread thread;
    private volatile boolean ending;

    /// @param first number of a row
    /// @param step to the next
    public Load(int first, int step) {
      this.first = first;
      this.step = step;
      thread = Thread.ofPlatform().name("load " + first).start(this::write);
    }

    private void write() {
      try (ClientProcess client = session()) {
        for (int n = first; !ending; n += step) {
          Instant begun = Instant.now();
          client.send("INSERT INTO t.t VALUES (" + n + ");\nSELECT 'row " + n + "';\n");
          client.expect("row " + n, Duration.ofMinutes(1));
          add(new Commit(n, begun, Instant.now()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private synchronized void add(Commit commit) {
      commits.add(commit);
      notifyAll();
    }

    /// Waits until so many more were acknowledged.
    public synchronized void await(int more) throws InterruptedException {
      int wanted = commits.size() + more;
      while (commits.size() < wanted) {
        if (!thread.isAlive()) {
          throw new AssertionFailedError("the load has ended");
        }
        wait(1000);
      }
    }

    /// Ends it, and tells all that was acknowledged.
    public List<Commit> end() {
      ending = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionFailedError("interrupted", e);
      }
      synchronized (this) {
        return List.copyOf(commits);
      }
    }

    @Override
    public void close() {
      List<Commit> _ = end();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
