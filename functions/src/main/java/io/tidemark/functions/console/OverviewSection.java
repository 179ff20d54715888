package io.tidemark.functions.console;

import io.tidemark.functions.console.view.Overview;
import io.tidemark.functions.function.HostListFunction.HostPage;
import io.tidemark.functions.function.Report;
import io.tidemark.functions.function.UsageFunction.UsagePage;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.repository.Repository;
import io.tidemark.repository.collect.Collection;
import io.tidemark.repository.collect.CollectionRun;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.collect.Upkeep;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.volume.Volumes;
import java.util.List;
import java.util.Map;

/// What everything uses, and what a collection would free.
final class OverviewSection implements Section {
  private final Functions functions;
  private final Replies replies;
  private final TrashWindow trash;

  OverviewSection(Functions functions, Replies replies, TrashWindow trash) {
    this.functions = functions;
    this.replies = replies;
    this.trash = trash;
  }

  @Override
  public RawAnswer answer(Visit visit) {
    return switch (visit.segment(1)) {
      case "" -> page(visit);
      case "garbage" -> garbage(visit);
      case "collect" ->
          Dialogs.answer(
              visit,
              replies,
              Dialogs.danger(
                  visit,
                  "collect",
                  List.of(
                      visit.t("collect.fact", visit.texts().size(freed(visit))),
                      visit.t("collect.trash")),
                  List.of(),
                  Visit.ROOT + "/overview"),
              () -> {
                Report report =
                    (Report)
                        functions
                            .post(visit, "/v1/functions/collect", Map.of())
                            .document()
                            .orElseThrow();
                return Visit.ROOT
                    + "/overview?done="
                    + (report.failures().isEmpty() ? "collected" : "collected-in-part");
              });
      default -> throw Visit.notFound();
    };
  }

  private RawAnswer page(Visit visit) {
    UsagePage usage = functions.get(visit, UsagePage.class, "/v1/usage", Map.of("limit", "100"));
    HostPage hosts = functions.get(visit, HostPage.class, "/v1/hosts", Map.of("limit", "100"));
    return replies.page(visit, "overview", Map.of("overview", new Overview(usage, hosts.hosts())));
  }

  /// Asked for when the page is there, for it reads every disk's journal and lists its objects.
  private RawAnswer garbage(Visit visit) {
    return replies.page(visit, "garbage", Map.of("bytes", freed(visit)));
  }

  private long freed(Visit visit) {
    Repository repository = functions.repository(visit);
    Upkeep upkeep = new Upkeep(repository, trash.span(), _ -> false);
    try (StoreNodeSource nodes = new StoreNodeSource(repository.store())) {
      CollectionRun run = new CollectionRun(repository, nodes, upkeep);
      return new Volumes(repository)
          .listWithClosed().stream()
              .flatMap(volume -> run.dryRun(volume).collection().stream())
              .mapToLong(Collection::freedBytes)
              .sum();
    }
  }
}
