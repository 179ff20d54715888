package io.tidemark.repository.check;

import io.tidemark.repository.key.SnapshotId;
import java.util.List;

/// Something that is not as the format says.
///
/// @param volume its name, or "" for the repository's own
/// @param snapshots that it hurts, as far as is known
/// @param key of the object at fault
/// @param weight whether a snapshot is hurt
public record Problem(
    String volume, List<SnapshotId> snapshots, String key, Weight weight, String description) {
  public Problem {
    snapshots = List.copyOf(snapshots);
  }

  /// How bad it is.
  public enum Weight {
    /// Data of a snapshot, or a whole journal, cannot be read.
    DAMAGE,
    /// Everything restores; a rule was not kept, or an object lies where none belongs.
    ODDITY
  }
}
