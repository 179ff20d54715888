package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.policy.Policies;

/// Which snapshots a policy would keep and which it would delete if it were carried out now, and
/// why; volume by volume.
@FunctionBean("policy-preview")
public final class PolicyPreviewFunction implements ApiFunction {
  private final OpenRepository opened;

  PolicyPreviewFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    String name = PathParameters.policy(call);
    PolicyPreview.Part part = PolicyPreview.Part.of(call.query());
    Repository repository = opened.of(call);
    RepositoryState state = repository.journal().read().state();
    Policy policy = Policies.find(state, name);
    return Answer.ok(
        new PolicyPreview(repository, policy.id(), Policies.Terms.of(policy)).page(state, part));
  }
}
