package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.policy.Policies.Terms;

/// The same for a policy that is not saved: what would become of the snapshots that the policy of
/// that name has made, were it changed to this. One of a new name has made none.
@FunctionBean("policy-preview-unsaved")
public final class PolicyPreviewUnsavedFunction implements ApiFunction {
  /// Of a policy that is not there.
  private static final PolicyId NONE = new PolicyId("pol-00000000000000000");

  private final OpenRepository opened;

  PolicyPreviewUnsavedFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    PolicyMembers members = PolicyMembers.of(call);
    PolicyPreview.Part part = PolicyPreview.Part.of(call.query());
    Repository repository = opened.of(call);
    RepositoryState state = repository.journal().read().state();
    Terms terms = members.terms(state);
    PolicyId id = state.findPolicy(terms.name()).map(Policy::id).orElse(NONE);
    return Answer.ok(new PolicyPreview(repository, id, terms).page(state, part));
  }
}
