package io.tidemark.functions.function;

import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.policy.Policies.Terms;

/// What people said of a policy that is there.
final class PolicyTerms {
  private PolicyTerms() {}

  static Terms of(Policy policy) {
    return new Terms(
        policy.name(),
        policy.schedules(),
        policy.zone(),
        policy.volumes(),
        policy.missed(),
        policy.howLate(),
        policy.retention(),
        policy.activity());
  }
}
