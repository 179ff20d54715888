package io.tidemark.functions.snapshot;

import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotList;
import java.util.List;
import java.util.Optional;

/// Part of a list of snapshots, newest first.
///
/// @param next the cursor of the next page; empty on the last one
/// @param unreadable volumes whose snapshots are missing here, on every page
@Serdeable
public record SnapshotPage(
    List<ShownSnapshot> snapshots, Optional<String> next, List<UnreadableVolume> unreadable) {
  public SnapshotPage {
    snapshots = List.copyOf(snapshots);
    unreadable = List.copyOf(unreadable);
  }

  /// A volume whose journal is damaged, or of a newer format.
  ///
  /// @param volume its name
  /// @param key of the object at fault
  /// @param message for people
  @Serdeable
  public record UnreadableVolume(String volume, String volumeId, String key, String message) {
    static UnreadableVolume of(SnapshotList.Unreadable unreadable) {
      return new UnreadableVolume(
          unreadable.volume().name(),
          unreadable.volume().id().text(),
          unreadable.failure().key(),
          unreadable.message());
    }
  }

  /// The page of `list` that begins behind `cursor`.
  ///
  /// @param limit at most so many
  public static SnapshotPage of(SnapshotList list, int limit, Optional<PageCursor> cursor) {
    List<Snapshot> rest =
        list.snapshots().stream()
            .filter(snapshot -> cursor.isEmpty() || cursor.get().isBefore(snapshot))
            .limit(limit + 1L)
            .toList();
    List<Snapshot> shown = rest.subList(0, Math.min(limit, rest.size()));
    return new SnapshotPage(
        shown.stream().map(ShownSnapshot::of).toList(),
        rest.size() > shown.size()
            ? Optional.of(PageCursor.at(shown.getLast()).text())
            : Optional.empty(),
        list.unreadable().stream().map(UnreadableVolume::of).toList());
  }
}
