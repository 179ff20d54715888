package io.tidemark.functions.console.view;

import io.tidemark.repository.snapshot.ShownSnapshot;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;

/// What a list shows of a snapshot.
///
/// @param name "" for none
/// @param volume its disk's name
/// @param held by a person
/// @param at the instant whose state it holds; before that is known, when it was asked for
/// @param consistency empty until it is committed, as are the sizes
public record SnapshotRow(
    String id,
    String name,
    String volume,
    String volumeId,
    String state,
    boolean held,
    Instant at,
    Optional<String> consistency,
    Optional<Long> sizeBytes,
    Optional<Long> changedBytes,
    Optional<Instant> expires,
    SortedMap<String, String> tags) {
  public SnapshotRow {
    tags = tags.isEmpty() ? Collections.emptySortedMap() : Collections.unmodifiableSortedMap(tags);
  }

  public static SnapshotRow of(ShownSnapshot shown) {
    return new SnapshotRow(
        shown.id(),
        shown.name(),
        shown.volume(),
        shown.volumeId(),
        shown.state(),
        shown.holds().stream().anyMatch(hold -> hold.kind().equals("person")),
        shown.instantAt().orElse(shown.requestedAt()),
        // One of a few words, in each of very many rows.
        shown.consistency().map(String::intern),
        shown.sizeBytes(),
        shown.changedBytes(),
        shown.expires(),
        shown.tags());
  }

  /// What people call it.
  public String called() {
    return name.isEmpty() ? id : name;
  }

  /// Whether it can be deleted together with others.
  public boolean isDeletable() {
    return !held && (isReady() || isUnfinished());
  }

  public boolean isReady() {
    return state.equals("READY");
  }

  public boolean isTrashed() {
    return state.equals("TRASHED");
  }

  public boolean isUnfinished() {
    return state.equals("REQUESTED") || state.equals("CREATING");
  }
}
