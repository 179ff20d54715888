package io.tidemark.functions.console.view;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A page of the list of snapshots.
///
/// @param found how many fit in all, where that is known
/// @param filter what the form of filters holds, by field; every field is there
/// @param next the address of the next page; "" on the last one
/// @param frees addresses that tell what deleting the rows would free
/// @param volumes names of all disks, to choose one
/// @param orders there are; one alone where there are too many snapshots to sort them
public record SnapshotList(
    List<SnapshotRow> rows,
    Optional<Integer> found,
    Map<String, String> filter,
    String next,
    List<String> frees,
    List<String> volumes,
    List<String> orders) {
  public SnapshotList {
    rows = List.copyOf(rows);
    filter = Map.copyOf(filter);
    frees = List.copyOf(frees);
    volumes = List.copyOf(volumes);
    orders = List.copyOf(orders);
  }

  public String filter(String field) {
    return filter.getOrDefault(field, "");
  }

  /// Whether anything is looked for.
  public boolean isFiltered() {
    return filter.entrySet().stream()
        .anyMatch(one -> !one.getKey().equals("sort") && !one.getValue().isEmpty());
  }

  public boolean isSortable() {
    return orders.size() > 1;
  }
}
