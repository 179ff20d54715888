package io.tidemark.repository.journal.volume;

import java.time.Instant;

/// What was found when some chunks of a snapshot were read back.
///
/// @param at by the clock of who read them
/// @param chunks that were read and are what they are called
/// @param bytes of those, as they are in the volume
/// @param damaged places where something was gone or damaged
public record Verification(Instant at, long chunks, long bytes, long damaged) {}
