package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Preconditions;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.policy.Policies;
import io.tidemark.repository.policy.Policies.Terms;

/// Replaces what a policy is.
@FunctionBean("policy-update")
public final class PolicyUpdateFunction implements ApiFunction {
  private final OpenRepository opened;

  PolicyUpdateFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    String name = PathParameters.policy(call);
    PolicyMembers members = PolicyMembers.of(call);
    Preconditions preconditions = call.preconditions();
    Repository repository = opened.of(call);
    RepositoryState state = repository.journal().read().state();
    Policy found = Policies.find(state, name);
    preconditions.requireMatch(EntityTags.of(found.since()));
    Terms terms = members.terms(state);
    Terms seen = Terms.of(found);
    Policy changed =
        new Policies(repository)
            .change(
                found.id(),
                before -> {
                  // Somebody may have changed it after it was found to match.
                  if (preconditions.ifMatch().isPresent() && !before.equals(seen)) {
                    throw Preconditions.failed();
                  }
                  return terms;
                });
    return Answer.ok(ShownPolicy.of(changed)).with("ETag", EntityTags.of(changed.since()));
  }
}
