package io.tidemark.repository.collect;

import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What deleting snapshots together would free in the end.
public final class DeletionGain {
  private final Collector collector;

  public DeletionGain(Repository repository, NodeSource nodes) {
    this.collector = new Collector(repository, nodes);
  }

  /// Bytes that a collection would free after they were deleted past the trash, and not before.
  public long bytes(List<Snapshot> snapshots) {
    Map<VolumeId, List<VolumeEvent>> byVolume = new LinkedHashMap<>();
    for (Snapshot snapshot : snapshots) {
      SnapshotId id = snapshot.entry().snapshot();
      List<VolumeEvent> events =
          byVolume.computeIfAbsent(snapshot.volume().id(), _ -> new ArrayList<>());
      events.add(new VolumeEvent.Trashed(id, More.NONE));
      events.add(new VolumeEvent.Removed(id, "", More.NONE));
    }
    long freedBytes = 0;
    for (Map.Entry<VolumeId, List<VolumeEvent>> each : byVolume.entrySet()) {
      freedBytes +=
          collector.planAfter(each.getKey(), each.getValue()).plan().freedBytes()
              - collector.plan(each.getKey()).plan().freedBytes();
    }
    return freedBytes;
  }
}
