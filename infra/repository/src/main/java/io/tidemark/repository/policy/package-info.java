/// When policies want snapshots, and which of theirs they keep. Schedules and retention are pure;
/// the rest touches the repository's journal. Invariant: a policy expires only what it made itself,
/// and nothing that is held.
@NullMarked
package io.tidemark.repository.policy;

import org.jspecify.annotations.NullMarked;
