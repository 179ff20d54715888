/// Holding writers still around an instant: which steps a person wants, and what a source calls to
/// have them taken. Touches nothing by itself. Invariant: what is called quiesced was held from
/// before the instant until after it, or an exception says that it was not.
@NullMarked
package io.tidemark.agent.quiesce;

import org.jspecify.annotations.NullMarked;
