package io.tidemark.agent.pipeline;

import java.time.Duration;
import java.util.Optional;

/// How far a snapshot has come.
///
/// @param totalBytes that will be read, as far as is known
/// @param readBytes of the volume, so far
/// @param changedBytes of chunks that differ from the parent's, so far
/// @param sentBytes of packs that the store holds
/// @param elapsed since the first byte was asked for
/// @param bytesPerSecond read, lately
/// @param left until all is read, at that rate; empty while nobody can say
public record Progress(
    long totalBytes,
    long readBytes,
    long changedBytes,
    long sentBytes,
    Duration elapsed,
    long bytesPerSecond,
    Optional<Duration> left) {}
