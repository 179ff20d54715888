/// What runs by the clock: asks for due snapshots, expires, aborts, sweeps, picks what to verify.
/// Touches journals, inboxes and the index. Invariant: every one of these may run late, twice, and
/// on two machines at once; «now» is the store's `Date`.
@NullMarked
package io.tidemark.repository.schedule;

import org.jspecify.annotations.NullMarked;
