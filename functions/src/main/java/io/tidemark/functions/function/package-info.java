/// The functions themselves: Micronaut function beans, stateless, a call in and an answer out. May
/// touch use cases and wired beans only, never a key. Invariant: nothing is remembered between two
/// calls, so any number of them may run side by side.
@NullMarked
package io.tidemark.functions.function;

import org.jspecify.annotations.NullMarked;
