package io.tidemark.agent.source;

import io.tidemark.agent.system.Holder;
import io.tidemark.agent.system.OpenFileHolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What is said to a user whose volume is not idle.
final class Refusals {
  static final List<String> WAYS_OUT =
      List.of(
          "Stop what writes to it (shut the machine down, unmount, detach the loop device) and run"
              + " the snapshot again.",
          "Or keep the image on XFS or btrfs, where it is cloned at one instant while it is in use.",
          "Or snapshot a stable copy of it (lvcreate -s).",
          "Or add the disk as qemu:/QMP.SOCK#NODE, where a running QEMU has it.",
          "Or, where a file system on it is mounted on this host, hold its writers for the whole"
              + " reading, 30 seconds at most: --freeze-for-read 30s.",
          "Or give --allow-live to take it as it is; that snapshot is marked live for ever and may"
              + " not be consistent.");

  private Refusals() {}

  static SourceException.InUse inUse(Path path, String reason, List<Holder> holders) {
    return new SourceException.InUse(
        path, reason + ". " + String.join(" ", WAYS_OUT), holders, WAYS_OUT);
  }

  /// ` by process 4711 (sh, open for writing)`, or nothing when nobody is seen.
  static String bySeen(OpenFileHolders holders, Path path) {
    try {
      List<Holder> writers = holders.of(path).writers();
      return writers.isEmpty() ? "" : " by " + Holder.describeAll(writers);
    } catch (IOException _) {
      return ""; // Naming is a courtesy; the refusal stands without.
    }
  }
}
