package io.tidemark.repository.quota;

import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.repository.Quotas;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryState;
import java.util.function.UnaryOperator;

/// Sets the limits of a repository. Lower ones than what is there delete nothing: they refuse what
/// is new.
public final class QuotaSettings {
  private final Repository repository;

  public QuotaSettings(Repository repository) {
    this.repository = repository;
  }

  /// Changes the limits; writes nothing when they are so already.
  public Quotas change(UnaryOperator<Quotas> change) {
    Appended<RepositoryState, Quotas> changed =
        repository
            .journal()
            .append(
                reading -> {
                  Quotas wanted = change.apply(reading.state().quotas());
                  return wanted.equals(reading.state().quotas())
                      ? Decision.leave(wanted)
                      : Decision.append(new RepositoryEvent.Limited(wanted, More.NONE));
                });
    return changed.outcome(RepositoryState::quotas);
  }
}
