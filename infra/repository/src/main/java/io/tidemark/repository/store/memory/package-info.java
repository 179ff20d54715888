/// A store in memory, stricter than S3: what it accepts, every store at hand accepts. May touch
/// nothing outside the port. Invariant: each call is one atomic step in the order of a single lock,
/// and no key is ever a folder of another.
@NullMarked
package io.tidemark.repository.store.memory;

import org.jspecify.annotations.NullMarked;
