/// Limits on snapshots, and their check by whoever is about to add one. Reads limits, states and
/// the index; writes nothing. Invariant: a volume's limit is judged on the very state that the
/// event is decided on.
@NullMarked
package io.tidemark.repository.quota;

import org.jspecify.annotations.NullMarked;
