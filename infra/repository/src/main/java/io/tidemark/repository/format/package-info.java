/// What all stored forms share: integers on the wire, checks of untrusted bytes, and the failure
/// that a codec answers with. Pure: touches no I/O, no clock, no randomness. Invariant: nothing
/// read from a bucket sizes an allocation before it has been checked against the bytes at hand.
@NullMarked
package io.tidemark.repository.format;

import org.jspecify.annotations.NullMarked;
