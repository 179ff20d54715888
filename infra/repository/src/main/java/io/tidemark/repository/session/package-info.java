/// Sessions: one attempt to write a snapshot, from `begun` to `committed`, and the beats that show
/// it lives. May touch the volume's journal, and create packs and beats. Invariant: a session
/// refers only to what it uploaded itself and to what its pinned parent reaches.
@NullMarked
package io.tidemark.repository.session;

import org.jspecify.annotations.NullMarked;
