package io.tidemark.functions.console;

import io.tidemark.functions.console.view.SnapshotRow;
import io.tidemark.repository.index.SnapshotQuery;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What a list of snapshots is asked for, and whether one fits; that of the disk is not looked at.
///
/// @param fields of the form, by name; every one is there
/// @param volume a disk's name or id; "" for all
/// @param name part of it; "" for any
/// @param tag part of a `KEY=VALUE`; "" for any
/// @param until before which
record SnapshotFilters(
    Map<String, String> fields,
    String volume,
    Set<String> states,
    String name,
    String tag,
    Optional<Instant> from,
    Optional<Instant> until,
    SnapshotOrder order)
    implements Predicate<SnapshotRow> {
  private static final String SORT = "sort";
  private static final List<String> FIELDS =
      List.of("volume", "state", "name", "tag", "from", "until", SORT);
  private static final Set<String> STATES =
      Set.of("REQUESTED", "CREATING", "READY", "TRASHED", "FAILED");

  static SnapshotFilters of(Visit visit) {
    Map<String, String> fields = new LinkedHashMap<>();
    FIELDS.forEach(name -> fields.put(name, visit.query().text(name).orElse("").strip()));
    ZoneId zone = visit.texts().zone();
    String state = fields.getOrDefault("state", "");
    return new SnapshotFilters(
        fields,
        fields.getOrDefault("volume", ""),
        STATES.contains(state) ? Set.of(state) : SnapshotQuery.LIVE,
        fields.getOrDefault("name", ""),
        fields.getOrDefault("tag", ""),
        day(fields.getOrDefault("from", ""), zone, 0),
        day(fields.getOrDefault("until", ""), zone, 1),
        SnapshotOrder.parse(fields.getOrDefault(SORT, "")));
  }

  /// The beginning of a day, or of the one so many days after; empty for what is none.
  private static Optional<Instant> day(String text, ZoneId zone, int later) {
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(LocalDate.parse(text).plusDays(later).atStartOfDay(zone).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /// Whether nothing is looked for, in the order that the index has.
  boolean isPlain() {
    return order == SnapshotOrder.NEWEST && fields.values().stream().allMatch(String::isEmpty);
  }

  @Override
  public boolean test(SnapshotRow row) {
    return states.contains(row.state())
        && (name.isEmpty() || holds(row.called(), name) || row.id().startsWith(name))
        && (tag.isEmpty()
            || row.tags().entrySet().stream()
                .anyMatch(one -> holds(one.getKey() + "=" + one.getValue(), tag)))
        && from.filter(row.at()::isBefore).isEmpty()
        && until.filter(end -> !row.at().isBefore(end)).isEmpty();
  }

  private static boolean holds(String text, String part) {
    return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  /// The address of the list with these filters.
  ///
  /// @param more parameters with their values
  String address(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(fields);
    all.putAll(more);
    return all.entrySet().stream()
        .filter(one -> !one.getValue().isEmpty())
        .map(one -> one.getKey() + "=" + Functions.encoded(one.getValue()))
        .collect(Collectors.joining("&", Visit.ROOT + "/snapshots?", ""));
  }
}
