/// The check of a whole repository: journals against their definition, lists against maps, packs
/// against the store. May touch everything in the store, reading only. Invariant: nothing is
/// changed, and whatever could not be looked at is reported too.
@NullMarked
package io.tidemark.repository.check;

import org.jspecify.annotations.NullMarked;
