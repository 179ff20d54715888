/// Chunks: the fixed grid over a volume, their ids, the zero test. Pure: bytes in, values out; no
/// I/O, no threads, no clock. Invariant: equal ids mean equal plaintext, and an all-zero chunk has
/// no id at all.
@NullMarked
package io.tidemark.repository.chunk;

import org.jspecify.annotations.NullMarked;
