/// The journal of the repository: what belongs to no single volume, its events, state and codecs.
/// Pure: touches no I/O, no clock, no randomness. Invariant: a volume's name is unique because the
/// number of its `named` decides.
@NullMarked
package io.tidemark.repository.journal.repository;

import org.jspecify.annotations.NullMarked;
