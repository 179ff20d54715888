package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.policy.Policies;

/// One policy.
@FunctionBean("policy-show")
public final class PolicyShowFunction implements ApiFunction {
  private final OpenRepository opened;

  PolicyShowFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    Policy policy = new Policies(opened.of(call)).find(PathParameters.policy(call));
    return Answer.ok(ShownPolicy.of(policy)).with("ETag", EntityTags.of(policy.since()));
  }
}
