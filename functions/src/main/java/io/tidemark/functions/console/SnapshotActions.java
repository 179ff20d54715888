package io.tidemark.functions.console;

import io.tidemark.functions.access.Role;
import io.tidemark.functions.console.view.Dialog;
import io.tidemark.functions.console.view.Dialog.Field;
import io.tidemark.functions.function.ShownDetail;
import io.tidemark.functions.function.ShownRestore;
import io.tidemark.functions.function.SnapshotDeleteManyFunction.Deleted;
import io.tidemark.functions.function.SnapshotDeleteManyFunction.DeletedSnapshots;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.Status;
import io.tidemark.repository.Repository;
import io.tidemark.repository.collect.DeletionGain;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.schedule.SampleReading;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotSelector;
import io.tidemark.repository.snapshot.Snapshots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// What can be done with snapshots, each behind a dialog that says what it will do.
final class SnapshotActions {
  private static final String LIST = Visit.ROOT + "/snapshots";

  /// More ticked rows are not deleted at once.
  private static final int MOST_AT_ONCE = 100;

  private static final int SAMPLE_CHUNKS = 64;

  /// More are counted, but not named.
  private static final int MOST_NAMED = 10;

  private final Functions functions;
  private final Replies replies;

  SnapshotActions(Functions functions, Replies replies) {
    this.functions = functions;
    this.replies = replies;
  }

  RawAnswer answer(Visit visit) {
    Repository repository = functions.repository(visit);
    Snapshot snapshot = new Snapshots(repository).find(visit.snapshot(1));
    String id = snapshot.entry().snapshot().text();
    String api = "/v1/snapshots/" + id;
    String page = LIST + "/" + id;
    return switch (visit.segment(2)) {
      case "delete" ->
          answer(
              visit,
              () -> delete(visit, repository, List.of(snapshot), page),
              () -> {
                functions.delete(visit, api, Map.of());
                return snapshot.entry().content().isPresent()
                    ? page + "?done=deleted"
                    : LIST + "?done=aborted";
              });
      case "verify" ->
          answer(
              visit,
              () ->
                  Dialogs.plain(
                      visit,
                      "verify",
                      List.of(
                          visit.t(
                              "verify.fact", visit.texts().number(SAMPLE_CHUNKS), named(snapshot))),
                      List.of(),
                      page),
              () -> page + "?done=" + verified(visit, repository, snapshot));
      case "undelete" ->
          answer(
              visit,
              () ->
                  Dialogs.plain(
                      visit,
                      "undelete",
                      List.of(visit.t("undelete.fact", named(snapshot))),
                      List.of(),
                      page),
              () -> {
                functions.post(visit, api + "/undelete", Map.of());
                return page + "?done=undeleted";
              });
      case "rollback" ->
          answer(
              visit,
              () -> rollback(visit, snapshot, page),
              () -> restore(visit, api, Map.of("inPlace", true)));
      case "disk" ->
          answer(
              visit,
              () -> disk(visit, repository, snapshot, page),
              () -> restore(visit, api, newDisk(visit)));
      case "edit" ->
          answer(
              visit,
              () -> edit(visit, snapshot, page),
              () -> {
                functions.change(visit, "PATCH", api, Forms.label(visit));
                return page + "?done=edited";
              });
      case "hold" ->
          answer(
              visit,
              () ->
                  Dialogs.plain(
                      visit,
                      "hold",
                      List.of(visit.t("hold.fact", named(snapshot))),
                      List.of(Field.of("text", "reason", "field.reason", "", "")),
                      page),
              () -> {
                functions.post(visit, api + "/hold", Map.of("reason", visit.field("reason")));
                return page + "?done=held";
              });
      case "release" ->
          answer(
              visit,
              () ->
                  Dialogs.plain(
                      visit,
                      "release",
                      List.of(visit.t("release.fact", named(snapshot))),
                      List.of(),
                      page),
              () -> {
                functions.post(visit, api + "/release", Map.of());
                return page + "?done=released";
              });
      default -> throw Visit.notFound();
    };
  }

  /// Reads some chunks and notes what was found.
  ///
  /// @return the key of what is said of it
  private static String verified(Visit visit, Repository repository, Snapshot snapshot) {
    visit.requireRole(Role.OPERATOR);
    if (!(snapshot.entry().phase() instanceof Phase.Ready)) {
      throw new ProblemException(
          Problem.of(
              Status.CONFLICT,
              "WRONG_STATE",
              snapshot.entry().snapshot()
                  + " is "
                  + snapshot.entry().phase().word()
                  + ", not READY, so there is nothing to verify."));
    }
    SampleReading reading = new SampleReading(repository);
    SampleReading.Result result = reading.read(snapshot, SAMPLE_CHUNKS);
    reading.note(snapshot, result);
    return result.damage().isEmpty() ? "verified" : "damaged";
  }

  /// Those whose rows were ticked: a field or parameter is called as each one's id.
  RawAnswer deleteSeveral(Visit visit) {
    Set<String> ticked = visit.isPost() ? visit.form().keySet() : visit.query().values().keySet();
    List<String> ids =
        ticked.stream()
            .filter(name -> name.matches("snap-[0-9a-f]{17}"))
            .sorted()
            .limit(MOST_AT_ONCE)
            .toList();
    if (ids.isEmpty()) {
      if (visit.isForPart()) {
        Problem none = Problem.of(Status.BAD_REQUEST, "NONE_TICKED", "");
        return replies.page(
            visit, "problem-part", Map.of("trouble", Console.trouble(visit.texts(), none)));
      }
      return Replies.redirect(LIST + "?done=none-ticked");
    }
    Repository repository = functions.repository(visit);
    Snapshots snapshots = new Snapshots(repository);
    List<Snapshot> found =
        ids.stream().map(id -> snapshots.find(SnapshotSelector.parse(id))).toList();
    return answer(
        visit,
        () -> delete(visit, repository, found, LIST),
        () -> {
          requireAllDeleted(
              functions
                  .post(visit, "/v1/snapshots/delete", Map.of("snapshots", ids))
                  .document()
                  .map(DeletedSnapshots.class::cast)
                  .orElseThrow());
          return LIST + "?state=TRASHED&done=deleted";
        });
  }

  /// What others did in between is told; the form can be sent again.
  private static void requireAllDeleted(DeletedSnapshots deleted) {
    List<Deleted> left =
        deleted.results().stream().filter(one -> one.problem().isPresent()).toList();
    if (!left.isEmpty()) {
      Problem first = left.getFirst().problem().orElseThrow();
      throw new ProblemException(
          Problem.of(
              first.status(),
              first.code(),
              left.size()
                  + " of "
                  + deleted.results().size()
                  + " were not deleted: "
                  + left.stream()
                      .limit(MOST_NAMED)
                      .map(one -> one.id() + ": " + one.problem().orElseThrow().detail())
                      .collect(Collectors.joining(" "))));
    }
  }

  private RawAnswer answer(Visit visit, Supplier<Dialog> dialog, Supplier<String> done) {
    return Dialogs.answer(visit, replies, dialog, done);
  }

  private static Dialog delete(
      Visit visit, Repository repository, List<Snapshot> snapshots, String back) {
    List<String> facts = new ArrayList<>();
    facts.add(visit.t("delete.count", visit.texts().number(snapshots.size())));
    snapshots.stream().limit(MOST_NAMED).forEach(one -> facts.add(named(visit, one)));
    if (snapshots.size() > MOST_NAMED) {
      facts.add(visit.t("more", visit.texts().number(snapshots.size() - MOST_NAMED)));
    }
    List<Snapshot> made =
        snapshots.stream().filter(one -> one.entry().content().isPresent()).toList();
    if (!made.isEmpty()) {
      try (StoreNodeSource nodes = new StoreNodeSource(repository.store())) {
        long bytes = new DeletionGain(repository, nodes).bytes(made);
        facts.add(visit.t("delete.frees", visit.texts().size(bytes)));
      }
      facts.add(
          visit.trash().span().isZero()
              ? visit.t("delete.no-trash")
              : visit.t("delete.trash", visit.texts().window(visit.trash().span())));
    }
    if (made.size() < snapshots.size()) {
      facts.add(visit.t("delete.abort", visit.texts().number(snapshots.size() - made.size())));
    }
    List<Field> fields =
        snapshots.stream()
            .map(one -> Field.of("hidden", one.entry().snapshot().text(), "", "", "on"))
            .toList();
    return Dialogs.danger(visit, "delete", facts, fields, back);
  }

  private static Dialog rollback(Visit visit, Snapshot snapshot, String page) {
    ShownSnapshot shown = ShownSnapshot.of(snapshot);
    return Dialogs.danger(
        visit,
        "rollback",
        List.of(
            visit.t(
                "rollback.fact",
                shown.volume(),
                visit.texts().exactTime(shown.instantAt().orElse(shown.requestedAt()))),
            visit.t(
                "rollback.size", visit.texts().size(shown.sizeBytes().orElse(0L)), shown.volume()),
            visit.t("rollback.lost"),
            visit.t("rollback.idle", snapshot.volume().host())),
        List.of(Dialogs.once(visit)),
        page);
  }

  private static Dialog disk(Visit visit, Repository repository, Snapshot snapshot, String page) {
    List<String> pools = new ArrayList<>();
    for (Host host : repository.journal().read().state().hosts().values()) {
      host.pools().forEach(pool -> pools.add(host.name() + " / " + pool));
    }
    ShownSnapshot shown = ShownSnapshot.of(snapshot);
    List<String> facts = new ArrayList<>();
    facts.add(
        visit.t(
            "disk.fact",
            visit.texts().size(shown.sizeBytes().orElse(0L)),
            shown.volume(),
            visit.texts().exactTime(shown.instantAt().orElse(shown.requestedAt()))));
    if (pools.isEmpty()) {
      facts.add(visit.t("disk.no-pools"));
    }
    return Dialogs.plain(
        visit,
        "disk",
        facts,
        List.of(
            Field.of("text", "volume", "field.disk-name", "", ""),
            new Field("select", "pool", "field.pool", "field.pool.hint", "", pools),
            Dialogs.once(visit)),
        page);
  }

  private static Map<String, Object> newDisk(Visit visit) {
    List<String> place = List.of(visit.field("pool").split(" / ", 2));
    Map<String, Object> members = new HashMap<>();
    members.put("volume", visit.field("volume"));
    members.put("host", place.getFirst());
    members.put("pool", place.getLast());
    return members;
  }

  private static Dialog edit(Visit visit, Snapshot snapshot, String page) {
    return Dialogs.plain(
        visit,
        "edit",
        List.of(named(visit, snapshot)),
        List.of(
            Field.of("text", "name", "field.name", "", snapshot.entry().label().name()),
            Field.of(
                "textarea",
                "tags",
                "field.tags",
                "field.tags.hint",
                Forms.shownTags(snapshot.entry().label().tags())),
            Field.of(
                "datetime-local",
                "expires",
                "field.expires",
                "field.expires.hint",
                Forms.shown(snapshot.entry().label().expires(), visit.texts().zone()))),
        page);
  }

  private String restore(Visit visit, String api, Map<String, Object> members) {
    Optional<Object> made = functions.postOnce(visit, api + "/restore", members).document();
    ShownRestore restore = (ShownRestore) made.orElseThrow();
    String journal = functions.get(visit, ShownDetail.class, api).snapshot().volumeId();
    return Visit.ROOT + "/restores/" + journal + "/" + restore.hold();
  }

  private static String named(Snapshot snapshot) {
    String name = snapshot.entry().label().name();
    return name.isEmpty() ? snapshot.entry().snapshot().text() : name;
  }

  private static String named(Visit visit, Snapshot snapshot) {
    ShownSnapshot shown = ShownSnapshot.of(snapshot);
    return visit.t(
        "snapshot.of",
        named(snapshot),
        shown.volume(),
        visit.texts().exactTime(shown.instantAt().orElse(shown.requestedAt())));
  }
}
