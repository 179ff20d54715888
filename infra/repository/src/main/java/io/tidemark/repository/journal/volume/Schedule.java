package io.tidemark.repository.journal.volume;

import io.tidemark.repository.key.PolicyId;
import java.time.Instant;

/// Which policy wanted a snapshot, and for when.
///
/// @param due a due time of the policy; retention goes by it, for it is no client's clock that says
///   it
public record Schedule(PolicyId policy, Instant due) {}
