/// Packs: objects that hold many frames, written once by one session; header, frames, footer. May
/// touch the store port to read. Invariant: one ranged GET reads one frame, and the footer alone
/// tells all that a pack holds.
@NullMarked
package io.tidemark.repository.pack;

import org.jspecify.annotations.NullMarked;
