package io.tidemark.repository.index;

import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.key.VolumeId;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which snapshots a list shows; every condition given has to be met.
///
/// @param volume of these only
/// @param states in these states, as [io.tidemark.repository.journal.volume.Phase#word] says them
/// @param name exactly
/// @param tags each of them
/// @param from asked for then or later
/// @param until asked for before
public record SnapshotQuery(
    Optional<VolumeId> volume,
    Set<String> states,
    Optional<String> name,
    SortedMap<String, String> tags,
    Optional<Instant> from,
    Optional<Instant> until) {
  /// Every state but `TRASHED`.
  public static final Set<String> LIVE = Set.of("REQUESTED", "CREATING", "READY", "FAILED");

  /// All that are not in the trash.
  public static final SnapshotQuery ALL =
      new SnapshotQuery(
          Optional.empty(),
          LIVE,
          Optional.empty(),
          new TreeMap<>(),
          Optional.empty(),
          Optional.empty());

  public SnapshotQuery {
    states = Set.copyOf(states);
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }

  /// Whether a snapshot meets every condition but that on the volume.
  public boolean takes(Entry entry) {
    return states.contains(entry.phase().word())
        && name.filter(wanted -> !wanted.equals(entry.label().name())).isEmpty()
        && entry.label().tags().entrySet().containsAll(tags.entrySet())
        && from.filter(entry.requestedAt()::isBefore).isEmpty()
        && until.filter(end -> !entry.requestedAt().isBefore(end)).isEmpty();
  }
}
