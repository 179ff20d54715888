/// The map: a copy-on-write Merkle tree from chunk position to reference, and the pack list beside
/// it. May touch nodes through [NodeSource] and [NodeSink] only. Invariant: a root's id vouches for
/// every node and location below it, and the list names exactly the map's packs.
@NullMarked
package io.tidemark.repository.map;

import org.jspecify.annotations.NullMarked;
