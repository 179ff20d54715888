package io.tidemark.agent.qemu;

import java.util.Map;
import java.util.Optional;

/// Removes what was added to a QEMU for one volume, in the order that its parts depend on each
/// other. Used after every snapshot and before the next, so that whatever a process that died has
/// left is found in the same way.
final class QemuSweep {
  private final QemuMonitor monitor;
  private final String prefix;

  /// @param volume its 17 digits
  QemuSweep(QemuMonitor monitor, String volume) {
    this.monitor = monitor;
    prefix = QemuNames.prefix(volume);
  }

  /// @param keep the bitmap that the next snapshot reads
  void run(Optional<String> keep) throws QemuException {
    for (String export : monitor.exports()) {
      if (export.startsWith(prefix)) {
        monitor.run("block-export-del", Map.of("id", export, "mode", "hard"));
      }
    }
    monitor.await(
        "removing an export",
        () -> monitor.exports().stream().noneMatch(export -> export.startsWith(prefix)));
    removeNodes("-a");
    for (String job : monitor.jobs()) {
      if (job.startsWith(prefix)) {
        monitor.run("job-cancel", Map.of("id", job));
      }
    }
    monitor.await(
        "ending a job", () -> monitor.jobs().stream().noneMatch(job -> job.startsWith(prefix)));
    removeNodes("-s");
    for (QemuNode node : monitor.nodes()) {
      for (QemuBitmap bitmap : node.bitmaps()) {
        if (bitmap.name().startsWith(prefix) && !keep.equals(Optional.of(bitmap.name()))) {
          monitor.run(
              "block-dirty-bitmap-remove", Map.of("node", node.name(), "name", bitmap.name()));
        }
      }
    }
  }

  private void removeNodes(String kind) throws QemuException {
    for (QemuNode node : monitor.nodes()) {
      if (node.name().startsWith(prefix) && node.name().endsWith(kind)) {
        monitor.run("blockdev-del", Map.of("node-name", node.name()));
      }
    }
  }
}
