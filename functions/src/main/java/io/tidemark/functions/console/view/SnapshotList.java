package io.tidemark.functions.console.view;

import io.tidemark.repository.snapshot.ShownSnapshot;
import java.util.List;
import java.util.Map;

/// A page of the list of snapshots.
///
/// @param filter what the form of filters holds, by field; every field is there
/// @param next the address of the next page; "" on the last one
/// @param frees addresses that tell what deleting the rows would free
/// @param volumes names of all disks, to choose one
public record SnapshotList(
    List<ShownSnapshot> rows,
    Map<String, String> filter,
    String next,
    List<String> frees,
    List<String> volumes) {
  public SnapshotList {
    rows = List.copyOf(rows);
    filter = Map.copyOf(filter);
    frees = List.copyOf(frees);
    volumes = List.copyOf(volumes);
  }

  public String filter(String field) {
    return filter.getOrDefault(field, "");
  }

  /// Whether anything is looked for.
  public boolean isFiltered() {
    return filter.entrySet().stream()
        .anyMatch(one -> !one.getKey().equals("sort") && !one.getValue().isEmpty());
  }

  /// The ways to sort, as far as they can be had: of all disks the index has one order only.
  public List<String> sorts() {
    return filter("volume").isEmpty()
        ? List.of("newest")
        : List.of("newest", "oldest", "name", "changed");
  }
}
