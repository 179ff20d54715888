package io.tidemark.functions.console.view;

import io.tidemark.repository.snapshot.ShownScan;
import io.tidemark.repository.snapshot.ShownSnapshot;
import java.util.List;
import java.util.Optional;

/// One disk in the list.
///
/// @param host where it is
/// @param source its path there
/// @param sizeBytes of the newest snapshot
/// @param state `RESTORING`, `SNAPSHOTTING`, `IDLE`, or `NO_AGENT` when nobody serves its host
/// @param latest the newest READY snapshot
/// @param making the snapshot that is being made
/// @param ready how many snapshots are READY
/// @param usedBytes of the objects that its snapshots need
/// @param policies names of those that are for it
public record DiskRow(
    String id,
    String name,
    String host,
    String source,
    Optional<Long> sizeBytes,
    String state,
    Optional<ShownSnapshot> latest,
    Optional<String> making,
    long ready,
    long usedBytes,
    List<String> policies) {
  public DiskRow {
    policies = List.copyOf(policies);
  }

  /// How the changes of the newest snapshot were found out.
  public Optional<ShownScan> scan() {
    return latest.flatMap(ShownSnapshot::scan);
  }

  /// By what the instant is had and the changes are told, as far as the address says: the key of a
  /// text under `source.`.
  public String via() {
    if (source.startsWith("qemu:")) {
      return "qemu";
    }
    return source.startsWith("nbd:") || source.startsWith("nbd+unix:") ? "nbd" : "path";
  }
}
