/// Deterministic simulation: processes that drive the real code over the in-memory store, stopped
/// before every store call, delayed, killed and lied to by a seeded scheduler or by a script; the
/// model's invariants are checked after every step.
@NullMarked
package io.tidemark.repository.simulation;

import org.jspecify.annotations.NullMarked;
