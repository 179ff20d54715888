/// Snapshots as people see them: found by id, prefix or name, listed, deleted, held, described. May
/// touch the journals and the ids of snapshots; never a pack. Invariant: a request that names
/// several snapshots changes none before all are known to be fit.
@NullMarked
package io.tidemark.repository.snapshot;

import org.jspecify.annotations.NullMarked;
