package io.tidemark.repository.journal.volume;

import io.tidemark.repository.journal.Consistency;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// What the writer of a snapshot measured.
///
/// @param instantAt the moment whose state it holds, by the host's clock
/// @param readBytes read from the volume
/// @param changedBytes of chunks whose id differs from the parent's at that position
/// @param sentBytes of request bodies before the commit that the store answered; not of tries that
///   failed
/// @param storedBytes of the objects it added to the bucket
/// @param requests made of the store before the commit
/// @param milliseconds from the request to the commit
/// @param scan how what had changed was found out; empty when its writer did not say
/// @param heldMilliseconds for how long writers were held around the instant, rounded up; empty
///   when nobody was
public record SnapshotFacts(
    Instant instantAt,
    Consistency consistency,
    long readBytes,
    long changedBytes,
    long sentBytes,
    long storedBytes,
    long requests,
    long milliseconds,
    Optional<ScanFacts> scan,
    OptionalLong heldMilliseconds) {

  /// Of a writer that held nobody and does not say how it found out what had changed.
  public SnapshotFacts(
      Instant instantAt,
      Consistency consistency,
      long readBytes,
      long changedBytes,
      long sentBytes,
      long storedBytes,
      long requests,
      long milliseconds) {
    this(
        instantAt,
        consistency,
        readBytes,
        changedBytes,
        sentBytes,
        storedBytes,
        requests,
        milliseconds,
        Optional.empty(),
        OptionalLong.empty());
  }
}
