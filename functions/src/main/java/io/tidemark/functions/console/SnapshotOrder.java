package io.tidemark.functions.console;

import io.tidemark.functions.console.view.SnapshotRow;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// An order of the list of snapshots.
enum SnapshotOrder {
  NEWEST(Comparator.comparing(SnapshotRow::at).reversed()),
  OLDEST(Comparator.comparing(SnapshotRow::at)),
  NAME(Comparator.comparing(SnapshotRow::called, String.CASE_INSENSITIVE_ORDER)),
  DISK(
      Comparator.comparing(SnapshotRow::volume)
          .thenComparing(Comparator.comparing(SnapshotRow::at).reversed())),
  SIZE(largestFirst(row -> row.sizeBytes())),
  CHANGED(largestFirst(row -> row.changedBytes()));

  private final Comparator<SnapshotRow> comparator;

  SnapshotOrder(Comparator<SnapshotRow> comparator) {
    this.comparator = comparator.thenComparing(SnapshotRow::id);
  }

  private interface Bytes {
    Optional<Long> of(SnapshotRow row);
  }

  private static Comparator<SnapshotRow> largestFirst(Bytes bytes) {
    return Comparator.comparingLong((SnapshotRow row) -> -bytes.of(row).orElse(0L));
  }

  Comparator<SnapshotRow> comparator() {
    return comparator;
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
