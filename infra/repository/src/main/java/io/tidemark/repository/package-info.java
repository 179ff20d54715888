/// A repository: one prefix of one bucket, opened for reading and changing. May touch the store
/// port and the journals. Invariant: nothing is read or written before `tidemark.json` says that
/// this code knows the format.
@NullMarked
package io.tidemark.repository;

import org.jspecify.annotations.NullMarked;
