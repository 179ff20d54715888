/// How much snapshots use, and what deleting one would free. Reads the index and pack lists; writes
/// nothing. Invariant: totals cost requests by the number of volumes, never by that of snapshots.
@NullMarked
package io.tidemark.repository.usage;

import org.jspecify.annotations.NullMarked;
