package io.tidemark.repository.snapshot;

import io.tidemark.repository.journal.volume.ScanFacts;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// How what had changed was found out, as every face shows it.
///
/// @param kind `full`: all was read; `tracked`: what a tracker reported, and a sample of the rest;
///   `distrusted`: all was read, and the tracker was wrong
/// @param reason of a full one: why no tracker was relied on; empty where there is none
/// @param reportedBytes in chunks that the tracker reported
/// @param sampledChunks of the others, drawn by chance and found as before
/// @param missChance how likely that sample is to have missed it all, if one in a hundred of the
///   chunks that were not reported had changed; three digits
/// @param fullScanAt the instant of the last snapshot before this one for which all was read
/// @param sinceFullScan snapshots since that one, this one included
/// @param wrongOffsetBytes of a chunk that had changed and was not reported
public record ShownScan(
    String kind,
    Optional<String> reason,
    Optional<String> tracker,
    Optional<Long> reportedBytes,
    Optional<Long> sampledChunks,
    Optional<BigDecimal> missChance,
    Optional<Instant> fullScanAt,
    Optional<Long> sinceFullScan,
    Optional<Long> wrongOffsetBytes) {
  private static final MathContext DIGITS = new MathContext(3);

  static ShownScan of(ScanFacts scan) {
    return switch (scan) {
      case ScanFacts.Full(String reason) ->
          new ShownScan(
              "full",
              reason.isEmpty() ? Optional.empty() : Optional.of(reason),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      case ScanFacts.Tracked tracked ->
          new ShownScan(
              "tracked",
              Optional.empty(),
              Optional.of(tracked.tracker()),
              Optional.of(tracked.reportedBytes()),
              Optional.of(tracked.sampledChunks()),
              Optional.of(new BigDecimal(tracked.missChance()).round(DIGITS)),
              tracked.fullScanAt().map(at -> at.truncatedTo(ChronoUnit.MILLIS)),
              Optional.of(tracked.sinceFullScan()),
              Optional.empty());
      case ScanFacts.Distrusted(String tracker, long wrongOffsetBytes) ->
          new ShownScan(
              "distrusted",
              Optional.empty(),
              Optional.of(tracker),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(wrongOffsetBytes));
    };
  }
}
