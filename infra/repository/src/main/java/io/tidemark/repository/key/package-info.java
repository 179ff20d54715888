/// Identifiers and the syntax of every key in the bucket (FORMAT.md, «Keys»). Pure: touches no I/O,
/// no clock, no randomness. Invariant: nothing outside this package puts a key together or takes
/// one apart.
@NullMarked
package io.tidemark.repository.key;

import org.jspecify.annotations.NullMarked;
