/// Rebuildable look-ups that make lists and totals cheap; never the truth. Touches the store and
/// the journals' values, never a clock. Invariant: what the index says of a snapshot or volume
/// carries the number of the event that made it so, and the highest number stands.
@NullMarked
package io.tidemark.repository.index;

import org.jspecify.annotations.NullMarked;
