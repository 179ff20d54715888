package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Status;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.policy.Policies;
import io.tidemark.repository.policy.Policies.Terms;
import java.util.Optional;

/// Adds a policy.
@FunctionBean("policy-create")
public final class PolicyCreateFunction implements ApiFunction {
  private final OpenRepository opened;

  PolicyCreateFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    PolicyMembers members = PolicyMembers.of(call);
    boolean repeatable = call.idempotencyKey().isPresent();
    Repository repository = opened.of(call);
    RepositoryState state = repository.journal().read().state();
    Terms terms = members.terms(state);
    Optional<Policy> known =
        repeatable
            ? state.findPolicy(terms.name()).filter(policy -> Terms.of(policy).equals(terms))
            : Optional.empty();
    Policy policy = known.isPresent() ? known.get() : new Policies(repository).create(terms);
    return Answer.of(Status.CREATED, ShownPolicy.of(policy))
        .with("Location", "/v1/policies/" + policy.id())
        .with("ETag", EntityTags.of(policy.since()));
  }
}
