package io.tidemark.functions.function;

import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.snapshot.Snapshots.Deletion;
import java.util.List;

/// Deletes snapshots, whatever they are: one that is not made yet is aborted.
final class Deletions {
  /// What became of one.
  enum Outcome {
    TRASHED,
    REMOVED
  }

  private Deletions() {}

  /// Whether [#delete] would; changes nothing.
  ///
  /// @throws io.tidemark.repository.Refused when it would not
  static void requireDeletable(Snapshots snapshots, Snapshot snapshot) {
    switch (snapshot.entry().phase()) {
      case Phase.Requested _, Phase.Creating _ -> {}
      case Phase.Ready _, Phase.Trashed _, Phase.Failed _ ->
          snapshots.requireDeletable(List.of(snapshot));
    }
  }

  /// @throws io.tidemark.repository.Refused when it may not be deleted
  static Outcome delete(Snapshots snapshots, Snapshot snapshot, Deletion deletion) {
    switch (snapshot.entry().phase()) {
      case Phase.Requested _, Phase.Creating _ -> {
        Snapshot _ = snapshots.abort(snapshot, "deleted before it was made");
        return Outcome.REMOVED;
      }
      case Phase.Ready _, Phase.Trashed _, Phase.Failed _ -> {
        List<Snapshot> _ = snapshots.delete(List.of(snapshot), deletion);
        return switch (deletion) {
          case TO_TRASH -> Outcome.TRASHED;
          case NOW -> Outcome.REMOVED;
        };
      }
    }
  }
}
