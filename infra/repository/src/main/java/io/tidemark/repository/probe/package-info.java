/// Finds out whether a store does what the protocol needs, and remembers the verdict in the bucket.
/// May touch the store port, keys and codecs. Invariant: a verdict states what was seen; a store
/// that could not be reached, or refused the rights, gets none.
@NullMarked
package io.tidemark.repository.probe;

import org.jspecify.annotations.NullMarked;
