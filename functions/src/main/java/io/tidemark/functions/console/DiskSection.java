package io.tidemark.functions.console;

import io.tidemark.functions.console.view.Dialog;
import io.tidemark.functions.console.view.Dialog.Field;
import io.tidemark.functions.console.view.DiskRow;
import io.tidemark.functions.function.ShownDetail;
import io.tidemark.functions.function.VolumeUsageFunction.VolumeUsageDetail;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.repository.Repository;
import io.tidemark.repository.index.Usage;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.usage.RepositoryUsage;
import io.tidemark.repository.usage.Usages;
import io.tidemark.repository.volume.Volumes;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The disks, and the dialog that makes a snapshot of one.
final class DiskSection implements Section {
  private static final int ROWS = 20;

  private final Functions functions;
  private final Replies replies;

  DiskSection(Functions functions, Replies replies) {
    this.functions = functions;
    this.replies = replies;
  }

  @Override
  public RawAnswer answer(Visit visit) {
    return switch (visit.segment(2)) {
      case "" -> list(visit);
      case "create" -> Dialogs.answer(visit, replies, () -> create(visit), () -> created(visit));
      case "frees" -> frees(visit);
      default -> throw Visit.notFound();
    };
  }

  private RawAnswer list(Visit visit) {
    String search = visit.query().text("search").orElse("").strip();
    String after = visit.query().text("after").orElse("");
    Repository repository = functions.repository(visit);
    RepositoryState state = repository.journal().read().state();
    Map<String, Long> bytes = new HashMap<>();
    for (RepositoryUsage.VolumeUsage usage : new Usages(repository).read(state).volumes()) {
      Usage used = usage.usage();
      bytes.put(usage.volume().id().text(), used.bytes());
    }
    List<NamedVolume> open =
        state.volumes().values().stream().filter(volume -> volume.life() == Life.OPEN).toList();
    List<NamedVolume> fitting =
        open.stream()
            .filter(volume -> fits(volume, search.toLowerCase(Locale.ROOT)))
            .sorted(Comparator.comparing(NamedVolume::name))
            .filter(volume -> volume.name().compareTo(after) > 0)
            .limit(ROWS + 1L)
            .toList();
    Disks disks = new Disks(repository, state);
    List<DiskRow> rows =
        fitting.subList(0, Math.min(ROWS, fitting.size())).parallelStream()
            .map(volume -> disks.row(volume, bytes.getOrDefault(volume.id().text(), 0L)))
            .toList();
    return replies.page(
        visit,
        "disks",
        Map.of(
            "rows",
            rows,
            "count",
            open.size(),
            "search",
            search,
            "next",
            fitting.size() > ROWS ? rows.getLast().name() : ""));
  }

  private static boolean fits(NamedVolume volume, String search) {
    return volume.name().toLowerCase(Locale.ROOT).contains(search)
        || volume.host().toLowerCase(Locale.ROOT).contains(search)
        || volume.id().text().startsWith(search);
  }

  private Dialog create(Visit visit) {
    NamedVolume volume =
        Volumes.find(functions.repository(visit).journal().read().state(), visit.segment(1));
    return Dialogs.plain(
        visit,
        "create",
        List.of(visit.t("create.fact", volume.name(), volume.source(), volume.host())),
        List.of(
            Field.of("text", "name", "field.name", "", ""),
            Field.of("text", "quiesce", "field.quiesce", "field.quiesce.hint", ""),
            Field.of("textarea", "tags", "field.tags", "field.tags.hint", ""),
            Field.of("datetime-local", "expires", "field.expires", "field.expires.hint", ""),
            Dialogs.once(visit)),
        Visit.ROOT + "/disks");
  }

  private String created(Visit visit) {
    Map<String, @Nullable Object> members = new HashMap<>(Forms.label(visit));
    List<String> steps = Forms.words(visit.field("quiesce"));
    if (!steps.isEmpty()) {
      members.put("quiesce", steps);
    }
    Optional<Object> made =
        functions
            .postOnce(
                visit, "/v1/volumes/" + Functions.encoded(visit.segment(1)) + "/snapshots", members)
            .document();
    ShownDetail detail = (ShownDetail) made.orElseThrow();
    return Visit.ROOT + "/snapshots/" + detail.snapshot().id();
  }

  /// What deleting each snapshot alone would free, to be put into the rows of a list.
  private RawAnswer frees(Visit visit) {
    VolumeUsageDetail usage =
        functions.get(
            visit,
            VolumeUsageDetail.class,
            "/v1/volumes/" + Functions.encoded(visit.segment(1)) + "/usage");
    List<String> wanted = Forms.words(visit.query().text("ids").orElse(""));
    return replies.page(
        visit,
        "frees",
        Map.of(
            "usages",
            usage.snapshots().stream().filter(one -> wanted.contains(one.id())).toList()));
  }
}
