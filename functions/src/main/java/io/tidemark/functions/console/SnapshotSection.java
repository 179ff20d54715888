package io.tidemark.functions.console;

import io.tidemark.functions.console.view.SnapshotDetail;
import io.tidemark.functions.console.view.SnapshotList;
import io.tidemark.functions.function.ShownDetail;
import io.tidemark.functions.function.SnapshotListFunction.SnapshotPage;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.snapshot.ShownSnapshot;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The list of snapshots, and one of them.
final class SnapshotSection implements Section {
  private static final int ROWS = 25;

  /// More disks on one page are not looked into for what deleting would free.
  private static final int MOST_LOOKED_INTO = 10;

  private static final List<String> FILTERS =
      List.of("volume", "state", "name", "tag", "from", "until", "sort");

  private final Functions functions;
  private final Replies replies;
  private final SnapshotActions actions;
  private final SnapshotDetails details;

  SnapshotSection(Functions functions, Replies replies) {
    this.functions = functions;
    this.replies = replies;
    this.actions = new SnapshotActions(functions, replies);
    this.details = new SnapshotDetails(functions);
  }

  @Override
  public RawAnswer answer(Visit visit) {
    return switch (visit.segment(1)) {
      case "" -> list(visit);
      case "delete" -> actions.deleteSeveral(visit);
      default ->
          switch (visit.segment(2)) {
            case "" -> show(visit);
            case "progress" -> progress(visit);
            default -> actions.answer(visit);
          };
    };
  }

  private RawAnswer show(Visit visit) {
    SnapshotDetail detail = details.of(visit, visit.segment(1));
    return replies.page(visit, "snapshot", Map.of("detail", detail));
  }

  /// What a page that shows a snapshot in the making asks for every second.
  private RawAnswer progress(Visit visit) {
    ShownDetail detail =
        functions.get(
            visit, ShownDetail.class, "/v1/snapshots/" + Functions.encoded(visit.segment(1)));
    RawAnswer part =
        replies.page(
            visit,
            "progress",
            Map.of("snapshot", detail.snapshot(), "progress", detail.progress()));
    return switch (detail.snapshot().state()) {
      case "REQUESTED", "CREATING" -> part;
      default -> Replies.with(part, "HX-Refresh", "true");
    };
  }

  private RawAnswer list(Visit visit) {
    Map<String, String> filter = new LinkedHashMap<>();
    FILTERS.forEach(name -> filter.put(name, visit.query().text(name).orElse("").strip()));
    String name = filter.getOrDefault("name", "");
    if (name.matches("snap-[0-9a-f]{17}")) {
      return Replies.redirect(Visit.ROOT + "/snapshots/" + name);
    }
    Map<String, String> query = new HashMap<>(filter);
    query.remove("sort");
    ZoneId zone = visit.texts().zone();
    query.put("from", day(filter.getOrDefault("from", ""), zone, 0));
    query.put("until", day(filter.getOrDefault("until", ""), zone, 1));
    List<ShownSnapshot> rows;
    String next;
    if (isSorted(filter)) {
      int from = visit.query().number("offset", 0, 1_000_000, 0);
      List<ShownSnapshot> all = sorted(visit, query, filter.getOrDefault("sort", ""));
      rows = all.subList(Math.min(from, all.size()), Math.min(from + ROWS, all.size()));
      next = from + ROWS < all.size() ? address(filter, "offset", "" + (from + ROWS)) : "";
    } else {
      query.put("limit", "" + ROWS);
      query.put("cursor", visit.query().text("cursor").orElse(""));
      SnapshotPage page = functions.get(visit, SnapshotPage.class, "/v1/snapshots", query);
      rows = page.snapshots();
      next = page.next().map(cursor -> address(filter, "cursor", cursor)).orElse("");
    }
    return replies.page(
        visit,
        "snapshots",
        Map.of("list", new SnapshotList(rows, filter, next, frees(rows), volumes(visit))));
  }

  private List<String> volumes(Visit visit) {
    return functions.repository(visit).journal().read().state().volumes().values().stream()
        .filter(volume -> volume.life() == Life.OPEN)
        .map(NamedVolume::name)
        .sorted()
        .toList();
  }

  private static boolean isSorted(Map<String, String> filter) {
    String sort = filter.getOrDefault("sort", "");
    return !filter.getOrDefault("volume", "").isEmpty()
        && !sort.isEmpty()
        && !sort.equals("newest");
  }

  /// Those of one disk, whose journal has them all.
  private List<ShownSnapshot> sorted(Visit visit, Map<String, String> query, String sort) {
    List<ShownSnapshot> all = new ArrayList<>();
    Map<String, String> page = new HashMap<>(query);
    page.put("limit", "1000");
    String cursor = "";
    do {
      page.put("cursor", cursor);
      SnapshotPage part = functions.get(visit, SnapshotPage.class, "/v1/snapshots", page);
      all.addAll(part.snapshots());
      cursor = part.next().orElse("");
    } while (!cursor.isEmpty());
    all.sort(
        switch (sort) {
          case "name" -> Comparator.comparing(ShownSnapshot::name, String.CASE_INSENSITIVE_ORDER);
          case "changed" ->
              Comparator.comparing((ShownSnapshot one) -> one.changedBytes().orElse(0L)).reversed();
          default -> Comparator.comparing(ShownSnapshot::requestedAt);
        });
    return all;
  }

  private static List<String> frees(List<ShownSnapshot> rows) {
    Map<String, List<String>> ready =
        rows.stream()
            .filter(row -> row.instantAt().isPresent())
            .collect(
                Collectors.groupingBy(
                    ShownSnapshot::volumeId,
                    LinkedHashMap::new,
                    Collectors.mapping(ShownSnapshot::id, Collectors.toList())));
    return ready.entrySet().stream()
        .limit(MOST_LOOKED_INTO)
        .map(
            one ->
                Visit.ROOT
                    + "/disks/"
                    + one.getKey()
                    + "/frees?ids="
                    + String.join(",", one.getValue()))
        .toList();
  }

  private static String address(Map<String, String> filter, String more, String value) {
    Map<String, String> all = new LinkedHashMap<>(filter);
    all.put(more, value);
    return all.entrySet().stream()
        .filter(one -> !one.getValue().isEmpty())
        .map(one -> one.getKey() + "=" + Functions.encoded(one.getValue()))
        .collect(Collectors.joining("&", Visit.ROOT + "/snapshots?", ""));
  }

  /// The beginning of a day, or of the one so many days after; "" for none.
  private static String day(String text, ZoneId zone, int later) {
    try {
      return text.isEmpty()
          ? ""
          : LocalDate.parse(text).plusDays(later).atStartOfDay(zone).toInstant().toString();
    } catch (DateTimeException e) {
      return "";
    }
  }
}
