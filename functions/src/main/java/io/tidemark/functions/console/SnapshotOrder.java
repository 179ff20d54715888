package io.tidemark.functions.console;

import io.tidemark.functions.console.view.SnapshotRow;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// An order of the list of snapshots.
enum SnapshotOrder {
  NEWEST,
  OLDEST,
  NAME,
  DISK,
  SIZE,
  CHANGED;

  Comparator<SnapshotRow> comparator() {
    Comparator<SnapshotRow> newest = Comparator.comparing(SnapshotRow::at).reversed();
    Comparator<SnapshotRow> order =
        switch (this) {
          case NEWEST -> newest;
          case OLDEST -> Comparator.comparing(SnapshotRow::at);
          case NAME -> Comparator.comparing(SnapshotRow::called, String.CASE_INSENSITIVE_ORDER);
          case DISK -> Comparator.comparing(SnapshotRow::volume).thenComparing(newest);
          case SIZE -> Comparator.comparingLong(row -> -row.sizeBytes().orElse(0L));
          case CHANGED -> Comparator.comparingLong(row -> -row.changedBytes().orElse(0L));
        };
    return order.thenComparing(SnapshotRow::id);
  }

  /// As addresses and texts name it.
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The one of that name; the newest first for any other.
  static SnapshotOrder parse(String text) {
    return Stream.of(values())
        .filter(order -> order.text().equals(text))
        .findFirst()
        .orElse(NEWEST);
  }

  static List<String> texts() {
    return Stream.of(values()).map(SnapshotOrder::text).toList();
  }
}
