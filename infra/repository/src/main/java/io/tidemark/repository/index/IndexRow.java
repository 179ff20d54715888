package io.tidemark.repository.index;

import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.key.VolumeId;
import java.util.List;

/// What a list shows of one snapshot.
///
/// @param number of the event that made it so
/// @param holds on this snapshot
public record IndexRow(VolumeId volume, long number, Entry entry, List<Hold> holds) {
  public IndexRow {
    holds = List.copyOf(holds);
  }
}
