package io.tidemark.repository.policy;

import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.key.PolicyId;

/// What came of asking for a policy under a key.
public sealed interface RequestedPolicy {
  /// It was made now.
  record Made(Policy policy) implements RequestedPolicy {}

  /// It was made earlier under the same key, and is this now.
  record Repeated(Policy policy) implements RequestedPolicy {}

  /// It was made earlier under the same key, and is no more.
  record Gone(PolicyId id) implements RequestedPolicy {}
}
