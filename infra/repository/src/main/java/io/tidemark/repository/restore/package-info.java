/// Restores that somebody asks for and a host carries out. Touches journals and inboxes. Invariant:
/// a root is held for a restore before anybody hears that it was accepted, and the target's journal
/// is held first and released last.
@NullMarked
package io.tidemark.repository.restore;

import org.jspecify.annotations.NullMarked;
