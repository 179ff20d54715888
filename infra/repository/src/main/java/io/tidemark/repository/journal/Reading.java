package io.tidemark.repository.journal;

import java.time.Instant;

/// A journal as it was read: the state that a decision is made on.
///
/// @param number of the newest event; 0 when there is none
/// @param hash SHA-256 of that event's bytes; "" for number 0
/// @param state the state after it
/// @param since what an event after it would be computed from
/// @param storeTime the store's clock when the journal was listed
/// @param changedAt when, by the store's clock, the newest event was created; `storeTime` for none
public record Reading<E, S>(
    long number, String hash, S state, Since<E> since, Instant storeTime, Instant changedAt) {}
