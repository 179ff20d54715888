package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.policy.Policies;

/// Removes a policy; its snapshots stay.
@FunctionBean("policy-delete")
public final class PolicyDeleteFunction implements ApiFunction {
  private final OpenRepository opened;

  PolicyDeleteFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    Policies policies = new Policies(opened.of(call));
    Policy policy = policies.find(PathParameters.policy(call));
    call.preconditions().requireMatch(EntityTags.of(policy.since()));
    policies.remove(policy.id());
    return Answer.empty();
  }
}
