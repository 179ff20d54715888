/// What a host remembers of a volume's newest snapshot, so that the next one reads little and asks
/// the store almost nothing: fingerprints and map nodes. May touch local files under the state
/// folder, and the store through a node source. Invariant: everything here may vanish, be cut or
/// lie at any moment, and only speed is lost.
@NullMarked
package io.tidemark.agent.cache;

import org.jspecify.annotations.NullMarked;
