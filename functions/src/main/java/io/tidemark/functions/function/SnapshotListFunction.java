package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Parameters;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotFilter;
import io.tidemark.repository.snapshot.SnapshotList;
import io.tidemark.repository.snapshot.Snapshots;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Snapshots, the newest first, a page at a time.
@FunctionBean("snapshot-list")
public final class SnapshotListFunction implements ApiFunction {
  private static final Set<String> STATES =
      Set.of("REQUESTED", "CREATING", "READY", "TRASHED", "FAILED");

  private final OpenRepository opened;

  SnapshotListFunction(OpenRepository opened) {
    this.opened = opened;
  }

  /// @param next the cursor of the next page; empty on the last one
  /// @param unreadable volumes whose snapshots are missing here, on every page
  @Serdeable
  public record SnapshotPage(
      List<ShownSnapshot> snapshots, Optional<String> next, List<UnreadableVolume> unreadable) {
    public SnapshotPage {
      snapshots = List.copyOf(snapshots);
      unreadable = List.copyOf(unreadable);
    }
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

  @Override
  public Answer apply(Call call) {
    Parameters query = call.query();
    Optional<String> volume = query.value("volume", PathParameters::volume);
    Optional<String> state = query.value("state", SnapshotListFunction::state);
    Optional<String> name = query.text("name");
    Optional<Map.Entry<String, String>> tag = query.value("tag", TagFilter::parse);
    Optional<Instant> from = query.instant("from");
    Optional<Instant> until = query.instant("until");
    SnapshotList list =
        new Snapshots(opened.of(call))
            .list(
                volume,
                state.filter(word -> word.equals("TRASHED")).isPresent()
                    ? SnapshotFilter.TRASH
                    : SnapshotFilter.LIVE);
    List<Snapshot> found =
        list.snapshots().stream()
            .filter(one -> state.isEmpty() || one.entry().phase().word().equals(state.get()))
            .filter(one -> name.isEmpty() || one.entry().label().name().equals(name.get()))
            .filter(
                one -> tag.isEmpty() || one.entry().label().tags().entrySet().contains(tag.get()))
            .filter(one -> from.isEmpty() || !one.entry().requestedAt().isBefore(from.get()))
            .filter(one -> until.isEmpty() || one.entry().requestedAt().isBefore(until.get()))
            .toList();
    Page<Snapshot> page = Page.of("snapshots", query, found, SnapshotListFunction::place);
    return Answer.ok(
        new SnapshotPage(
            page.things().stream().map(ShownSnapshot::of).toList(),
            page.next(),
            list.unreadable().stream().map(UnreadableVolume::of).toList()));
  }

  /// Ascends from the newest to the oldest.
  private static String place(Snapshot snapshot) {
    return String.format(
        Locale.ROOT,
        "%013d-%s",
        9_999_999_999_999L - snapshot.entry().requestedAt().toEpochMilli(),
        snapshot.entry().snapshot());
  }

  static String state(String text) {
    if (!STATES.contains(text)) {
      throw new IllegalArgumentException(
          "'state' is none of " + String.join(", ", STATES.stream().sorted().toList()));
    }
    return text;
  }
}
