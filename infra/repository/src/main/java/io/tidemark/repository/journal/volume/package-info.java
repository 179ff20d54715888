/// The journal of one volume: its events, the state they make, and both their codecs. Pure: touches
/// no I/O, no clock, no randomness. Invariant: which event is legal on which state, and what it
/// makes, is decided in [VolumeFold] alone.
@NullMarked
package io.tidemark.repository.journal.volume;

import org.jspecify.annotations.NullMarked;
