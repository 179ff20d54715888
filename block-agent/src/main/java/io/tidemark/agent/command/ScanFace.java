package io.tidemark.agent.command;

import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.repository.snapshot.ShownScan;
import java.util.Optional;

/// How a snapshot's volume was read, as JSON and as text.
final class ScanFace {
  private ScanFace() {}

  static void json(JsonWriter json, Optional<ShownScan> scan) {
    if (scan.isEmpty()) {
      json.putAbsent("scan");
      return;
    }
    ShownScan shown = scan.get();
    json.object(
        "scan",
        members ->
            members
                .put("kind", shown.kind())
                .put("reason", shown.reason())
                .put("tracker", shown.tracker())
                .put("reportedBytes", shown.reportedBytes())
                .put("sampledChunks", shown.sampledChunks())
                .put("missChance", shown.missChance())
                .put("fullScanAt", shown.fullScanAt())
                .put("sinceFullScan", shown.sinceFullScan())
                .put("wrongOffsetBytes", shown.wrongOffsetBytes()));
  }

  static String text(ShownScan scan) {
    String tracker = scan.tracker().orElse("");
    if (scan.missChance().isPresent()) {
      return ByteCount.text(scan.reportedBytes().orElse(0L))
          + " by the "
          + tracker
          + ", and "
          + scan.sampledChunks().orElse(0L)
          + " other chunks by chance (had 1 % of the others changed, missed with probability "
          + scan.missChance().get().toPlainString()
          + "); "
          + since(scan);
    }
    if (scan.wrongOffsetBytes().isPresent()) {
      return "all; the "
          + tracker
          + " was wrong about the chunk at byte "
          + scan.wrongOffsetBytes().get();
    }
    return "all" + scan.reason().map(reason -> ": " + reason).orElse("");
  }

  private static String since(ShownScan scan) {
    return scan.fullScanAt().isEmpty()
        ? "nobody knows when all was read last"
        : "all was read "
            + scan.sinceFullScan().orElse(0L)
            + " before, "
            + SnapshotFace.time(scan.fullScanAt());
  }
}
