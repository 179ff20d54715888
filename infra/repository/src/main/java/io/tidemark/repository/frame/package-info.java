/// Frames: how one chunk, map node or pack list lies in a pack: magic, codec, lengths, bytes. Pure:
/// bytes to bytes. Invariant: a frame says by itself how to decode it, and its bounds are checked
/// before anything is allocated.
@NullMarked
package io.tidemark.repository.frame;

import org.jspecify.annotations.NullMarked;
