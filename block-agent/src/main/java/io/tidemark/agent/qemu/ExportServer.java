package io.tidemark.agent.qemu;

import io.tidemark.agent.socket.TimedChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The NBD server of a QEMU, of which each has one: somebody's that runs already, or one on a
/// socket of ours.
final class ExportServer {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final QemuMonitor monitor;
  private final Path own;
  private final Optional<Path> running;

  /// @param own socket for one that has to be started
  /// @param running socket of one that somebody has started
  ExportServer(QemuMonitor monitor, Path own, Optional<Path> running) {
    this.monitor = monitor;
    this.own = own;
    this.running = running;
  }

  /// The socket to read from, once something listens there.
  Path start() throws QemuException {
    if (running.isPresent()) {
      return running.get();
    }
    if (listens()) {
      return own;
    }
    try {
      monitor.run(
          "nbd-server-start",
          Map.of("addr", Map.of("type", "unix", "data", Map.of("path", own.toString()))));
    } catch (QemuException e) {
      if (String.valueOf(e.getMessage()).contains("already running")) {
        throw new QemuException(
            QemuException.Kind.UNFIT,
            "this QEMU serves NBD already, and can do so on one socket only. Say which: "
                + "qemu:/QMP.SOCK?nbd=PATH#NODE",
            e);
      }
      throw e;
    }
    return own;
  }

  /// Ends the one that was started here, unless something is still exported.
  void stopUnused() throws QemuException {
    if (running.isEmpty() && monitor.exports().isEmpty() && listens()) {
      monitor.run("nbd-server-stop", Map.of());
    }
  }

  /// Nobody but QEMU and this process can make a socket there.
  private boolean listens() {
    try (TimedChannel _ = TimedChannel.connect(UnixDomainSocketAddress.of(own), PATIENCE)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
