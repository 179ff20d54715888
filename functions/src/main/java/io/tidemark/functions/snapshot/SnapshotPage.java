package io.tidemark.functions.snapshot;

import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import java.util.List;
import java.util.Optional;

/// Part of a list of snapshots, newest first.
///
/// @param next the cursor of the next page; empty on the last one
@Serdeable
public record SnapshotPage(List<ShownSnapshot> snapshots, Optional<String> next) {
  public SnapshotPage {
    snapshots = List.copyOf(snapshots);
  }

  /// The page of `newestFirst` that begins behind `cursor`.
  ///
  /// @param limit at most so many
  public static SnapshotPage of(
      List<Snapshot> newestFirst, int limit, Optional<PageCursor> cursor) {
    List<Snapshot> rest =
        newestFirst.stream()
            .filter(snapshot -> cursor.isEmpty() || cursor.get().isBefore(snapshot))
            .limit(limit + 1L)
            .toList();
    List<Snapshot> shown = rest.subList(0, Math.min(limit, rest.size()));
    return new SnapshotPage(
        shown.stream().map(ShownSnapshot::of).toList(),
        rest.size() > shown.size()
            ? Optional.of(PageCursor.at(shown.getLast()).text())
            : Optional.empty());
  }
}
