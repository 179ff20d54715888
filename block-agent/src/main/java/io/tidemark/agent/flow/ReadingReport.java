package io.tidemark.agent.flow;

import io.tidemark.repository.key.SnapshotId;
import java.util.List;
import java.util.SortedMap;

/// What a verification found.
///
/// @param sizeBytes of the snapshot
/// @param dataBytes of its chunks that are not zero, as far as its map tells
/// @param checkedBytes of those that were read and compared with their ids
/// @param checkedChunks as many
/// @param damage by key of the object at fault; empty when all is well
/// @param sharedBy other snapshots of the volume that need the same objects, by key
public record ReadingReport(
    long sizeBytes,
    long dataBytes,
    long checkedBytes,
    long checkedChunks,
    List<Damage> damage,
    SortedMap<String, List<SnapshotId>> sharedBy) {
  public ReadingReport {
    damage = List.copyOf(damage);
  }

  /// How much of the data was read: of a small snapshot much more than a sample asked for, since
  /// neighbours are read together. All of it where there is none.
  public double checkedPercent() {
    return dataBytes == 0 ? 100 : checkedBytes * 100.0 / dataBytes;
  }
}
