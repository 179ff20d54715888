package io.tidemark.repository.journal.volume;

import io.tidemark.repository.format.More;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.map.Root;
import java.time.Instant;
import java.util.Optional;

/// One snapshot in the state of its volume.
///
/// @param schedule where a policy wanted it
/// @param born number of the event that made the entry
/// @param since number of the event that put it in its present phase
/// @param requestedAt by the clock of who asked for it
public record Entry(
    SnapshotId snapshot,
    Label label,
    Origin origin,
    Optional<Schedule> schedule,
    long born,
    long since,
    Instant requestedAt,
    Phase phase,
    More more) {
  /// The root that this entry keeps alive: its own, or while it is written its parent's.
  public Optional<Root> root() {
    return switch (phase) {
      case Phase.Requested _, Phase.Failed _ -> Optional.empty();
      case Phase.Creating creating -> creating.parent().map(Phase.Parent::root);
      case Phase.Ready(Phase.Content content) -> Optional.of(content.root());
      case Phase.Trashed(Phase.Content content) -> Optional.of(content.root());
    };
  }

  /// What it holds, once it is committed.
  public Optional<Phase.Content> content() {
    return switch (phase) {
      case Phase.Ready(Phase.Content content) -> Optional.of(content);
      case Phase.Trashed(Phase.Content content) -> Optional.of(content);
      case Phase.Requested _, Phase.Creating _, Phase.Failed _ -> Optional.empty();
    };
  }

  /// Whether somebody has brought it back from the trash.
  public boolean isBroughtBack() {
    return phase instanceof Phase.Ready(Phase.Content content) && since > content.commit();
  }

  Entry with(Phase next, long number, More learned) {
    return new Entry(snapshot, label, origin, schedule, born, number, requestedAt, next, learned);
  }

  Entry with(Label next, More learned) {
    return new Entry(snapshot, next, origin, schedule, born, since, requestedAt, phase, learned);
  }
}
