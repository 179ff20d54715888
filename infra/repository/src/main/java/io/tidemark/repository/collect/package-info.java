/// Collection: which packs no root reaches, and their deletion; silent sessions and old trash
/// before it. May touch the journal, pack lists, and LIST and DELETE; the plan is pure. Invariant:
/// a pack that a root of the state at r reaches, or of a session running at r, or later than r,
/// stays.
@NullMarked
package io.tidemark.repository.collect;

import org.jspecify.annotations.NullMarked;
