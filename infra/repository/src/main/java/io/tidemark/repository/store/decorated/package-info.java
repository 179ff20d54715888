/// Wrappers around a store: counting for the product; faults, latency and throttling for tests. May
/// touch the port alone. Invariant: what a wrapper does not name as its own job passes through
/// unchanged.
@NullMarked
package io.tidemark.repository.store.decorated;

import org.jspecify.annotations.NullMarked;
