package io.tidemark.functions.function;

import io.micronaut.serde.annotation.Serdeable;
import java.util.Optional;

/// One restore.
///
/// @param volume the name of the volume that is restored
/// @param hold its number in the journal of the snapshot's volume
/// @param state `WAITING` for its host, `RUNNING` or `ENDED`
/// @param outcome of one that ended not long ago
@Serdeable
public record ShownRestore(
    String snapshot,
    String volume,
    String volumeId,
    long hold,
    String state,
    Optional<String> outcome,
    Optional<ShownProgress> progress) {
  static final String WAITING = "WAITING";
  static final String RUNNING = "RUNNING";
  static final String ENDED = "ENDED";
}
