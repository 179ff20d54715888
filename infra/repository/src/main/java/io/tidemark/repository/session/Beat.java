package io.tidemark.repository.session;

import java.time.Instant;

/// How far a session or a restore has come; shows that it lives, and nothing depends on its
/// figures.
///
/// @param at by the writer's clock
/// @param totalBytes to be read, as far as is known
/// @param readBytes from the volume, or from the snapshot
/// @param changedBytes found different so far
/// @param sentBytes or written bytes so far
public record Beat(
    Instant at, long totalBytes, long readBytes, long changedBytes, long sentBytes) {}
