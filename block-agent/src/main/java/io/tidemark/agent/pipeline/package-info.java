/// From a volume's bytes to packs in the store and the map that names them: read, zero test,
/// fingerprint, hash, compress, pack, upload, map. Owns the threads and the bytes in flight of a
/// snapshot. Invariant: a reference enters the map only when its pack is in the store, and memory
/// does not grow with the volume.
@NullMarked
package io.tidemark.agent.pipeline;

import org.jspecify.annotations.NullMarked;
