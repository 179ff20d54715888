package io.tidemark.functions.console;

import io.tidemark.functions.console.view.Dialog;
import io.tidemark.functions.console.view.Overview;
import io.tidemark.functions.function.HostListFunction.HostPage;
import io.tidemark.functions.function.Report;
import io.tidemark.functions.function.UsageFunction.UsagePage;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.repository.Repository;
import io.tidemark.repository.collect.Collection;
import io.tidemark.repository.collect.CollectionRun;
import io.tidemark.repository.collect.Upkeep;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.volume.Volumes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What everything uses, and what a collection would free.
final class OverviewSection implements Section {
  private final Functions functions;
  private final Replies replies;

  OverviewSection(Functions functions, Replies replies) {
    this.functions = functions;
    this.replies = replies;
  }

  @Override
  public RawAnswer answer(Visit visit) {
    return switch (visit.segment(1)) {
      case "" -> page(visit);
      case "garbage" -> garbage(visit);
      case "collect" ->
          Dialogs.answer(visit, replies, () -> collection(visit), () -> collected(visit));
      default -> throw Visit.notFound();
    };
  }

  private RawAnswer page(Visit visit) {
    UsagePage usage = functions.get(visit, UsagePage.class, "/v1/usage", Map.of("limit", "1000"));
    HostPage hosts = functions.get(visit, HostPage.class, "/v1/hosts", Map.of("limit", "100"));
    return replies.page(visit, "overview", Map.of("overview", new Overview(usage, hosts.hosts())));
  }

  /// Asked for when the page is there, for it reads every disk's journal and lists its objects.
  private RawAnswer garbage(Visit visit) {
    return replies.page(visit, "garbage", Map.of("bytes", planned(visit).bytes()));
  }

  private Dialog collection(Visit visit) {
    Garbage garbage = planned(visit);
    List<String> facts = new ArrayList<>();
    facts.add(visit.t("collect.fact", visit.texts().size(garbage.bytes())));
    if (garbage.removed() > 0) {
      facts.add(visit.t("collect.removed", visit.texts().number(garbage.removed())));
    }
    facts.add(visit.t("collect.trash", visit.texts().window(visit.trash().span())));
    return Dialogs.danger(visit, "collect", facts, List.of(), Visit.ROOT + "/overview");
  }

  private String collected(Visit visit) {
    Answer answer = functions.post(visit, "/v1/functions/collect", Map.of());
    Report report = (Report) answer.document().orElseThrow();
    String done = report.failures().isEmpty() ? "collected" : "collected-in-part";
    return Visit.ROOT + "/overview?done=" + done;
  }

  /// What a collection would do now.
  ///
  /// @param bytes freed
  /// @param removed snapshots: past their time in the trash, or given up while they were made
  private record Garbage(long bytes, long removed) {}

  private Garbage planned(Visit visit) {
    Repository repository = functions.repository(visit);
    Upkeep upkeep = new Upkeep(repository, visit.trash().span(), _ -> false);
    long bytes = 0;
    long removed = 0;
    try (StoreNodeSource nodes = new StoreNodeSource(repository.store())) {
      CollectionRun run = new CollectionRun(repository, nodes, upkeep);
      for (NamedVolume volume : new Volumes(repository).listWithClosed()) {
        CollectionRun.Result result = run.dryRun(volume);
        bytes += result.collection().map(Collection::freedBytes).orElse(0L);
        removed +=
            result.upkeep().stream()
                .filter(due -> due.event() instanceof VolumeEvent.Removed)
                .count();
      }
    }
    return new Garbage(bytes, removed);
  }
}
