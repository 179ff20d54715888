package io.tidemark.functions.function;

import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.repository.session.Beat;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// How far a snapshot or a restore has come, as its agent said at most a minute ago.
///
/// @param at by the agent's clock
/// @param totalBytes to be read, as far as is known
/// @param sentBytes of a restore: written
@Serdeable
public record ShownProgress(
    Instant at, long totalBytes, long readBytes, long changedBytes, long sentBytes) {
  static ShownProgress of(Beat beat) {
    return new ShownProgress(
        beat.at().truncatedTo(ChronoUnit.MILLIS),
        beat.totalBytes(),
        beat.readBytes(),
        beat.changedBytes(),
        beat.sentBytes());
  }
}
