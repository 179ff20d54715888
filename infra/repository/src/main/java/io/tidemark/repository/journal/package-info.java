/// The journal of a volume and of the repository: numbered events, each created only if absent. May
/// touch the store port; the fold and the codecs are pure. Invariant: a number has exactly one
/// writer, and every decision is made on the state before its number.
@NullMarked
package io.tidemark.repository.journal;

import org.jspecify.annotations.NullMarked;
