package io.tidemark.repository.collect;

import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.store.StoreException;
import java.util.List;
import java.util.Optional;

/// Collects volumes one after another: upkeep first, then what no root reaches; a closed volume
/// without packs is forgotten. One volume that cannot be collected does not keep the others from
/// it.
public final class CollectionRun {
  private final Repository repository;
  private final Upkeep upkeep;
  private final Collector collector;

  public CollectionRun(Repository repository, NodeSource nodes, Upkeep upkeep) {
    this.repository = repository;
    this.upkeep = upkeep;
    this.collector = new Collector(repository, nodes);
  }

  /// What came of one volume.
  ///
  /// @param upkeep what was due
  /// @param collection empty when the journal could not be read
  /// @param failure why not
  public record Result(
      NamedVolume volume,
      List<Upkeep.Due> upkeep,
      Optional<Collection> collection,
      Optional<StoreException> failure) {
    public Result {
      upkeep = List.copyOf(upkeep);
    }
  }

  /// What would be done to a volume; changes nothing.
  public Result dryRun(NamedVolume volume) {
    return guarded(
        volume,
        () -> {
          List<Upkeep.Due> due = upkeep.plan(volume.id());
          Collector.Planned planned =
              collector.planAfter(volume.id(), due.stream().map(Upkeep.Due::event).toList());
          CollectionPlan plan = planned.plan();
          Collection collection =
              new Collection(
                  plan,
                  Collection.Outcome.PLANNED,
                  plan.packs().size(),
                  plan.freedBytes(),
                  planned.requests(),
                  List.of());
          return new Result(volume, due, Optional.of(collection), Optional.empty());
        });
  }

  /// Collects a volume.
  public Result run(NamedVolume volume) {
    return guarded(
        volume,
        () -> {
          List<Upkeep.Due> due = upkeep.plan(volume.id());
          upkeep.apply(due);
          Collector.Planned planned = collector.plan(volume.id());
          Collection collection = collector.apply(planned);
          boolean empty =
              planned.plan().keptBytes() == 0
                  && collection.failures().isEmpty()
                  && planned.plan().packs().isEmpty();
          if (volume.life() == Life.CLOSED && empty) {
            forget(volume);
          }
          return new Result(volume, due, Optional.of(collection), Optional.empty());
        });
  }

  private interface Attempt {
    Result run();
  }

  private static Result guarded(NamedVolume volume, Attempt attempt) {
    try {
      return attempt.run();
    } catch (StoreException.Corrupt | StoreException.FormatTooNew e) {
      return new Result(volume, List.of(), Optional.empty(), Optional.of(e));
    }
  }

  private void forget(NamedVolume volume) {
    repository
        .journal()
        .<RepositoryState>append(
            reading ->
                reading.state().find(volume.id()).isPresent()
                    ? Decision.append(new RepositoryEvent.Forgotten(volume.id(), More.NONE))
                    : Decision.leave(reading.state()));
  }
}
