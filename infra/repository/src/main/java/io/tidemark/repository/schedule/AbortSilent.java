package io.tidemark.repository.schedule;

import io.tidemark.repository.Repository;
import io.tidemark.repository.collect.Upkeep;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.restore.RestoreRequests;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.volume.Volumes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Ends silent sessions and holds, and requests that nobody served in time, on all volumes. The
/// trash is left to collections.
public final class AbortSilent {
  /// Longer than any trash is kept.
  private static final Duration NEVER = Duration.ofDays(1_000_000);

  private final Repository repository;

  public AbortSilent(Repository repository) {
    this.repository = repository;
  }

  /// What was due and is done.
  public record Result(List<Upkeep.Due> done, List<Skipped> skipped) {
    public Result {
      done = List.copyOf(done);
      skipped = List.copyOf(skipped);
    }
  }

  /// Does what is due.
  public Result run() {
    Upkeep upkeep = new Upkeep(repository, NEVER, _ -> false);
    RestoreRequests restores = new RestoreRequests(repository);
    List<Upkeep.Due> all = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    for (NamedVolume volume : new Volumes(repository).listWithClosed()) {
      if (volume.life() == Life.OPEN) {
        try {
          List<Upkeep.Due> due = upkeep.plan(volume.id());
          upkeep.apply(due);
          all.addAll(due);
          // A restore to it that nobody began, or whose host died over it.
          restores.withdraw(volume);
        } catch (StoreException e) {
          skipped.add(new Skipped(volume, e));
        }
      }
    }
    return new Result(all, skipped);
  }
}
