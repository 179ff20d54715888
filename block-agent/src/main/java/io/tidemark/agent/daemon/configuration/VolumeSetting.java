package io.tidemark.agent.daemon.configuration;

import io.tidemark.agent.flow.FullScans;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.source.SourceAddress;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.volume.VolumeName;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A volume of this host.
///
/// @param source where it is; a path is absolute
/// @param chunkSize for a new volume; empty for the usual one
/// @param fullScans when all is read though the source keeps account of changes
/// @param quiesce steps that hold its writers still; empty for those that `volume add` noted
public record VolumeSetting(
    VolumeName name,
    SourceAddress source,
    Optional<ChunkSize> chunkSize,
    SortedMap<String, String> tags,
    WhenInUse whenInUse,
    FullScans fullScans,
    Optional<List<QuiesceStep>> quiesce) {
  /// What to do when others may write to the volume while it is read.
  public enum WhenInUse {
    /// The request fails and names who has it.
    REFUSE,
    /// It is read all the same, and the snapshot is marked live for ever.
    TAKE_LIVE
  }

  public VolumeSetting {
    quiesce = quiesce.map(List::copyOf);
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }
}
