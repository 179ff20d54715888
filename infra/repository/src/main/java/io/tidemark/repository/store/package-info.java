/// The store port: create-if-absent, ranged GET, ordered LIST, DELETE, and the failures of a store.
/// May touch nothing but its implementations' clients, which live in `store.s3` alone. Invariant:
/// an expected answer is a value, a failure is one of [StoreException]'s cases, and nothing is
/// overwritten.
@NullMarked
package io.tidemark.repository.store;

import org.jspecify.annotations.NullMarked;
