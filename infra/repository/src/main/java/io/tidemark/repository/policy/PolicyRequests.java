package io.tidemark.repository.policy;

import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.policy.Policies.Terms;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.request.RequestMemory;
import io.tidemark.repository.request.Requests;
import java.util.Optional;

/// Makes policies under a key: each once, however often it is asked for.
public final class PolicyRequests {
  private final Repository repository;
  private final Requests requests;

  public PolicyRequests(Repository repository) {
    this.repository = repository;
    this.requests = new Requests(repository);
  }

  /// Makes a policy, or finds the one that the key has made.
  ///
  /// @throws io.tidemark.repository.Refused when the name is taken, or the key means another
  ///   request
  /// @throws IllegalArgumentException when it would never make a snapshot
  public RequestedPolicy request(Terms terms, RequestKey key) {
    terms.requireUsefulBeyond(Optional.empty());
    Journal<RepositoryEvent, RepositoryState> journal = repository.journal();
    Reading<RepositoryEvent, RepositoryState> first = journal.read();
    PolicyId drawn = PolicyId.random(repository.writer().random());
    RequestMemory memory =
        requests.settle(
            key,
            terms.digest(),
            () -> {
              Policies.refuseTaken(first.state(), terms.name(), drawn);
              return new RequestMemory(
                  terms.digest(),
                  Optional.empty(),
                  first.number(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(drawn));
            });
    PolicyId id = memory.policy().orElseThrow();
    Appended<RepositoryState, RequestedPolicy> created =
        journal.append(
            first,
            reading -> {
              Optional<Policy> there = reading.state().find(id);
              if (there.isPresent()) {
                return Decision.leave(new RequestedPolicy.Repeated(there.get()));
              }
              if (wasMade(journal, memory.number() + 1, reading.number(), id)) {
                return Decision.leave(new RequestedPolicy.Gone(id));
              }
              Policies.refuseTaken(reading.state(), terms.name(), id);
              return Decision.append(Policies.scheduled(id, terms, reading.storeTime()));
            });
    return created.outcome(state -> new RequestedPolicy.Made(state.find(id).orElseThrow()));
  }

  private static boolean wasMade(
      Journal<RepositoryEvent, RepositoryState> journal, long from, long to, PolicyId id) {
    return journal.events(from, to).stream()
        .map(Journal.Numbered::event)
        .anyMatch(
            event ->
                event instanceof RepositoryEvent.Scheduled scheduled
                    && scheduled.policy().id().equals(id));
  }
}
