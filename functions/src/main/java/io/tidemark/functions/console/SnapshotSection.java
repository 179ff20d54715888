package io.tidemark.functions.console;

import io.tidemark.functions.console.view.SnapshotDetail;
import io.tidemark.functions.console.view.SnapshotList;
import io.tidemark.functions.console.view.SnapshotRow;
import io.tidemark.functions.function.ShownDetail;
import io.tidemark.functions.function.SnapshotListFunction.SnapshotPage;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.snapshot.SnapshotSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The list of snapshots, and one of them.
final class SnapshotSection implements Section {
  private static final int ROWS = 25;

  private final Functions functions;
  private final Replies replies;
  private final SnapshotActions actions;
  private final SnapshotDetails details;
  private final Catalogue catalogue = new Catalogue();

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
    SnapshotDetail detail = details.of(visit, visit.snapshot(1));
    return replies.page(visit, "snapshot", Map.of("detail", detail));
  }

  /// What a page that shows a snapshot in the making asks for every second.
  private RawAnswer progress(Visit visit) {
    SnapshotSelector _ = visit.snapshot(1);
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
    SnapshotFilters filters = SnapshotFilters.of(visit);
    if (filters.name().matches("snap-[0-9a-f]{17}")) {
      return Replies.redirect(Visit.ROOT + "/snapshots/" + filters.name());
    }
    Repository repository = functions.repository(visit);
    RepositoryState state = repository.journal().read().state();
    List<String> volumes =
        state.volumes().values().stream()
            .filter(volume -> volume.life() == Life.OPEN)
            .map(NamedVolume::name)
            .sorted()
            .toList();
    Optional<List<SnapshotRow>> all =
        filters.isPlain() ? Optional.empty() : rows(visit, repository, state, filters);
    SnapshotList list =
        all.isPresent()
            ? part(visit, filters, all.get(), volumes)
            : newest(visit, filters, volumes);
    return replies.page(visit, "snapshots", Map.of("list", list));
  }

  /// All that may be shown, in order; empty where only the index can tell.
  private Optional<List<SnapshotRow>> rows(
      Visit visit, Repository repository, RepositoryState state, SnapshotFilters filters) {
    if (filters.volume().isEmpty()) {
      return catalogue.rows(repository, state, filters.order());
    }
    List<SnapshotRow> rows = new ArrayList<>();
    String cursor = "";
    do {
      Map<String, String> query = new HashMap<>();
      query.put("volume", filters.volume());
      query.put("state", filters.fields().getOrDefault("state", ""));
      query.put("limit", "1000");
      query.put("cursor", cursor);
      SnapshotPage page = functions.get(visit, SnapshotPage.class, "/v1/snapshots", query);
      page.snapshots().forEach(one -> rows.add(SnapshotRow.of(one)));
      cursor = page.next().orElse("");
    } while (!cursor.isEmpty());
    rows.sort(filters.order().comparator());
    return Optional.of(rows);
  }

  private static SnapshotList part(
      Visit visit, SnapshotFilters filters, List<SnapshotRow> all, List<String> volumes) {
    int from = visit.query().number("offset", 0, 1_000_000, 0);
    List<SnapshotRow> rows = new ArrayList<>();
    int found = 0;
    for (SnapshotRow row : all) {
      if (filters.test(row)) {
        if (found >= from && rows.size() < ROWS) {
          rows.add(row);
        }
        found++;
      }
    }
    String next = from + ROWS < found ? filters.address(Map.of("offset", "" + (from + ROWS))) : "";
    return new SnapshotList(
        rows,
        Optional.of(found),
        filters.fields(),
        next,
        frees(rows),
        volumes,
        SnapshotOrder.texts());
  }

  /// By the index, whose order is the newest first.
  private SnapshotList newest(Visit visit, SnapshotFilters filters, List<String> volumes) {
    Map<String, String> query = new HashMap<>();
    query.put("state", filters.states().size() == 1 ? filters.states().iterator().next() : "");
    query.put("name", filters.name());
    query.put("tag", filters.tag());
    query.put("from", filters.from().map(Instant::toString).orElse(""));
    query.put("until", filters.until().map(Instant::toString).orElse(""));
    query.put("limit", "" + ROWS);
    query.put("cursor", visit.query().text("cursor").orElse(""));
    SnapshotPage page = functions.get(visit, SnapshotPage.class, "/v1/snapshots", query);
    List<SnapshotRow> rows = page.snapshots().stream().map(SnapshotRow::of).toList();
    return new SnapshotList(
        rows,
        Optional.empty(),
        filters.fields(),
        page.next().map(cursor -> filters.address(Map.of("cursor", cursor))).orElse(""),
        frees(rows),
        volumes,
        filters.isPlain() ? SnapshotOrder.texts() : List.of(SnapshotOrder.NEWEST.text()));
  }

  private static List<String> frees(List<SnapshotRow> rows) {
    Map<String, List<String>> ready =
        rows.stream()
            .filter(row -> row.isReady() || row.isTrashed())
            .collect(
                Collectors.groupingBy(
                    SnapshotRow::volumeId,
                    LinkedHashMap::new,
                    Collectors.mapping(SnapshotRow::id, Collectors.toList())));
    return ready.entrySet().stream()
        .map(
            one ->
                Visit.ROOT
                    + "/disks/"
                    + one.getKey()
                    + "/frees?ids="
                    + String.join(",", one.getValue()))
        .toList();
  }
}
