/// What tests of several packages share. Invariant: every random test prints its seed and takes it
/// back through `-Dtidemark.seed`.
@NullMarked
package io.tidemark.repository.testing;

import org.jspecify.annotations.NullMarked;
