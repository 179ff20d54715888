/// Puts the functions together with a store and a server. May touch everything below it, the clock
/// and the random source included. Invariant: whoever hands in a store closes it; whatever is made
/// here is closed here.
@NullMarked
package io.tidemark.functions.wiring;

import org.jspecify.annotations.NullMarked;
