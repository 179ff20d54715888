/// Numbers with units as people write and read them. Touches nothing. Invariant: what is written is
/// read back as the same number, as far as it was not rounded.
@NullMarked
package io.tidemark.agent.quantity;

import org.jspecify.annotations.NullMarked;
