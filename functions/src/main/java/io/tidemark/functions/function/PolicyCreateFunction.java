package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.functions.http.Status;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.policy.Policies;
import io.tidemark.repository.policy.Policies.Terms;
import io.tidemark.repository.policy.PolicyRequests;
import io.tidemark.repository.policy.RequestedPolicy;
import io.tidemark.repository.request.RequestKey;
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
    Optional<RequestKey> key = IdempotencyKeys.of(call);
    Repository repository = opened.of(call);
    Terms terms = members.terms(repository.journal().read().state());
    if (key.isEmpty()) {
      return created(new Policies(repository).create(terms));
    }
    return switch (new PolicyRequests(repository).request(terms, key.get())) {
      case RequestedPolicy.Made(Policy policy) -> created(policy);
      case RequestedPolicy.Repeated(Policy policy) -> created(policy);
      case RequestedPolicy.Gone(PolicyId id) ->
          throw new ProblemException(
              Problem.of(
                  Status.GONE,
                  "POLICY_GONE",
                  id
                      + " was made with this idempotency key and is no more. Take a new key for a"
                      + " new policy.",
                  "Idempotency-Key"));
    };
  }

  private static Answer created(Policy policy) {
    return Answer.of(Status.CREATED, ShownPolicy.of(policy))
        .with("Location", "/v1/policies/" + policy.id())
        .with("ETag", EntityTags.of(policy.since()));
  }
}
