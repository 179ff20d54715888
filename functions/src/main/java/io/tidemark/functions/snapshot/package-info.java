/// What the functions add to the use cases over snapshots: pages. Pure. Invariant: whatever is
/// created or deleted between two pages, no snapshot that stays is shown twice or left out.
@NullMarked
package io.tidemark.functions.snapshot;

import org.jspecify.annotations.NullMarked;
