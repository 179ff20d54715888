package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.policy.Policies;
import java.util.List;
import java.util.Optional;

/// Policies by name.
@FunctionBean("policy-list")
public final class PolicyListFunction implements ApiFunction {
  private final OpenRepository opened;

  PolicyListFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Serdeable
  public record PolicyPage(List<ShownPolicy> policies, Optional<String> next) {
    public PolicyPage {
      policies = List.copyOf(policies);
    }
  }

  @Override
  public Answer apply(Call call) {
    Page<Policy> page =
        Page.of("policies", call.query(), new Policies(opened.of(call)).list(), Policy::name);
    return Answer.ok(
        new PolicyPage(page.things().stream().map(ShownPolicy::of).toList(), page.next()));
  }
}
