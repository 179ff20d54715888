package io.tidemark.agent.command;

import io.tidemark.agent.flow.ThisHost;
import io.tidemark.agent.quantity.ByteCount;
import io.tidemark.repository.collect.Collection;
import io.tidemark.repository.collect.CollectionRun;
import io.tidemark.repository.collect.RootPacks;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.collect.Upkeep;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.volume.VolumeName;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "collect",
    description = {
      "Free the space of what no snapshot needs any more, on one volume or on all.",
      "First ends sessions that are dead or silent, and empties the trash of what is past its time:",
      "24h, unless TIDEMARK_TRASH_WINDOW says otherwise (30m, 36h, 7d)."
    },
    footer = {
      "",
      "Examples:",
      "  tidemark collect --dry-run",
      "  tidemark collect web",
      "May run at any time, beside anything, on several hosts at once."
    })
final class CollectPacks extends Verb {
  @Parameters(
      arity = "0..1",
      paramLabel = "VOLUME",
      converter = VolumeNameConverter.class,
      description = "Only this one.")
  private @Nullable VolumeName volume;

  @Option(names = "--dry-run", description = "Show what would be freed; change nothing.")
  private boolean dryRun;

  @Override
  protected Answer answer(Workplace workplace) {
    if (!dryRun) {
      workplace.requireFitStore();
    }
    List<NamedVolume> volumes =
        volume == null
            ? workplace.volumes().listWithClosed()
            : List.of(workplace.volumes().find(volume.text()));
    ThisHost host = workplace.thisHost();
    TrashWindow trash = workplace.trashWindow();
    List<CollectionRun.Result> results = new ArrayList<>();
    try (StoreNodeSource nodes = new StoreNodeSource(workplace.store())) {
      for (NamedVolume named : volumes) {
        workplace.console().progress("collecting " + named.name());
        Upkeep upkeep =
            new Upkeep(
                workplace.repository(),
                trash.span(),
                creating -> isDead(workplace, host, named, creating));
        CollectionRun run = new CollectionRun(workplace.repository(), nodes, upkeep);
        results.add(dryRun ? run.dryRun(named) : run.run(named));
      }
    }
    return new Collected(results, dryRun, workplace.store().tally().requests());
  }

  /// A session of this host whose lock nobody has.
  private static boolean isDead(
      Workplace workplace, ThisHost host, NamedVolume volume, Phase.Creating creating) {
    try {
      return host.began(workplace.repository(), volume, creating)
          && host.isIdle(workplace.repository(), volume);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param made requests of the whole run, reading included; those of a volume, and of a dry run,
  ///   are the ones that carrying out the plan takes
  private record Collected(List<CollectionRun.Result> results, boolean dryRun, long made)
      implements Answer {
    @Override
    public ExitStatus status() {
      return results.stream().allMatch(Collected::isWell) ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private static boolean isWell(CollectionRun.Result result) {
      return result
          .collection()
          .filter(done -> done.failures().isEmpty() && done.plan().unreadable().isEmpty())
          .isPresent();
    }

    @Override
    public void json(JsonWriter json) {
      json.object(
          members ->
              members
                  .put("dryRun", dryRun)
                  .put("deletedObjects", sum(Collection::deletedObjects))
                  .put("freedBytes", sum(Collection::freedBytes))
                  .put("keptBytes", sum(done -> done.plan().keptBytes()))
                  .put("requests", dryRun ? sum(Collection::requests) : made)
                  .array("volumes", results, result -> volume(json, result)));
    }

    private static void volume(JsonWriter json, CollectionRun.Result result) {
      json.object(
          members -> {
            members.put("volume", result.volume().name()).put("id", result.volume().id().text());
            members.put("deletedObjects", result.collection().map(Collection::deletedObjects));
            members.put("freedBytes", result.collection().map(Collection::freedBytes));
            members.put("keptBytes", result.collection().map(done -> done.plan().keptBytes()));
            members.put("requests", result.collection().map(Collection::requests));
            members.array("upkeep", result.upkeep(), due -> json.text(due.description()));
            members.array("unreadable", unreadable(result), json::text);
            members.array("failures", failures(result), json::text);
          });
    }

    @Override
    public void text(PrintWriter out) {
      for (CollectionRun.Result result : results) {
        String closed = result.volume().life() == Life.CLOSED ? " (removed)" : "";
        String name = Shown.of(result.volume().name()) + closed;
        for (Upkeep.Due due : result.upkeep()) {
          out.println(name + ": " + (dryRun ? "would " : "") + due.description());
        }
        result
            .collection()
            .ifPresent(
                done ->
                    out.println(
                        name
                            + ": "
                            + (dryRun ? "would free " : "freed ")
                            + ByteCount.text(done.freedBytes())
                            + " in "
                            + done.deletedObjects()
                            + " packs, "
                            + "in "
                            + done.requests()
                            + " requests, "
                            + ByteCount.text(done.plan().keptBytes())
                            + " kept"));
        unreadable(result).forEach(line -> out.println(Shown.lines(name + ": kept all: " + line)));
        failures(result).forEach(line -> out.println(Shown.lines(name + ": " + line)));
      }
    }

    private static List<String> unreadable(CollectionRun.Result result) {
      return result
          .collection()
          .map(done -> done.plan().unreadable().stream().map(RootPacks.Unreadable::reason).toList())
          .orElse(List.of());
    }

    private static List<String> failures(CollectionRun.Result result) {
      return result
          .failure()
          .map(failure -> List.of(String.valueOf(failure.getMessage())))
          .or(() -> result.collection().map(Collection::failures))
          .orElse(List.of());
    }

    private long sum(ToLongFunction<Collection> count) {
      return results.stream()
          .flatMap(result -> result.collection().stream())
          .mapToLong(count)
          .sum();
    }
  }
}
