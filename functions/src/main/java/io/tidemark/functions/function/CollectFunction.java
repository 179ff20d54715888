package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.repository.Repository;
import io.tidemark.repository.collect.Collection;
import io.tidemark.repository.collect.CollectionRun;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.collect.Upkeep;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.volume.Volumes;

/// Purges trash past its window and deletes what no snapshot needs, on all volumes.
@FunctionBean("collect")
public final class CollectFunction implements ScheduledFunction {
  private final TrashWindow trash;

  CollectFunction(TrashWindow trash) {
    this.trash = trash;
  }

  @Override
  public Report apply(Repository repository) {
    Report.Builder report =
        new Report.Builder("collect", "volumes", "deletedObjects", "freedBytes", "keptBytes");
    Upkeep upkeep = new Upkeep(repository, trash.span(), _ -> false);
    try (StoreNodeSource nodes = new StoreNodeSource(repository.store())) {
      CollectionRun run = new CollectionRun(repository, nodes, upkeep);
      for (NamedVolume volume : new Volumes(repository).listWithClosed()) {
        collect(run, volume, report);
      }
    }
    return report.build();
  }

  /// A volume that fails keeps no other from being collected.
  private static void collect(CollectionRun run, NamedVolume volume, Report.Builder report) {
    String name = volume.name() + ": ";
    try {
      CollectionRun.Result result = run.run(volume);
      report.count("volumes", 1);
      result.upkeep().forEach(due -> report.note(name + due.description()));
      result.failure().ifPresent(failure -> report.failure(name + failure.getMessage()));
      result.collection().ifPresent(collection -> collected(name, collection, report));
    } catch (StoreException e) {
      report.failure(name + e.getMessage());
    }
  }

  private static void collected(String name, Collection collection, Report.Builder report) {
    report
        .count("deletedObjects", collection.deletedObjects())
        .count("freedBytes", collection.freedBytes())
        .count("keptBytes", collection.plan().keptBytes());
    if (collection.freedBytes() > 0) {
      report.note(name + collection.freedBytes() + " bytes freed");
    }
    collection.failures().forEach(failure -> report.failure(name + failure));
    collection
        .plan()
        .unreadable()
        .forEach(unreadable -> report.failure(name + unreadable.reason()));
  }
}
