package io.tidemark.agent.flow;

import io.tidemark.agent.pipeline.Scan;
import io.tidemark.agent.pipeline.ScanWish;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.ScanFacts;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// How the parent and those before it were read, as far as it matters to the next snapshot.
///
/// @param fullScanAt the instant of the last one for which all was read; empty when nobody knows
/// @param since how many came after that one
record ScanHistory(Optional<Instant> fullScanAt, long since) {
  /// @param parent that the next snapshot is compared with
  static ScanHistory of(VolumeState state, Optional<SnapshotId> parent) {
    Optional<SnapshotFacts> facts =
        parent.flatMap(state::find).flatMap(Entry::content).map(Phase.Content::facts);
    return switch (facts.flatMap(SnapshotFacts::scan).orElse(null)) {
      case null -> new ScanHistory(Optional.empty(), 0);
      case ScanFacts.Full _, ScanFacts.Distrusted _ ->
          new ScanHistory(facts.map(SnapshotFacts::instantAt), 0);
      case ScanFacts.Tracked tracked ->
          new ScanHistory(tracked.fullScanAt(), tracked.sinceFullScan());
    };
  }

  ScanWish wish(FullScans rule, Instant now) {
    return rule.wish(now, fullScanAt, since);
  }

  /// What is written down of a scan.
  ScanFacts facts(Scan scan, VolumeView view) {
    return switch (scan) {
      case Scan.Full(String reason) ->
          new ScanFacts.Full(view.trackedFrom().isPresent() ? reason : "");
      case Scan.Tracked tracked ->
          new ScanFacts.Tracked(
              tracked.tracker(),
              tracked.reportedBytes(),
              tracked.sampledChunks(),
              fullScanAt,
              since + 1);
      case Scan.Distrusted(String tracker, long wrong) -> new ScanFacts.Distrusted(tracker, wrong);
    };
  }

  /// Says how the volume was read, where somebody keeps account of it, and gives up an account that
  /// was wrong.
  void tell(Scan scan, VolumeView view, String volume, Notes notes) {
    switch (scan) {
      case Scan.Full(String reason) -> {
        if (view.trackedFrom().isPresent()) {
          notes.step("All of " + volume + " was read: " + reason + ".");
        }
      }
      case Scan.Tracked tracked ->
          notes.step(
              "What the "
                  + tracked.tracker()
                  + " reports was read, "
                  + tracked.reportedBytes()
                  + " bytes, and "
                  + tracked.sampledChunks()
                  + " other chunks, drawn by chance, are as they were. Had one in a hundred of the"
                  + " others changed, the chance of missing that was "
                  + "%.2g".formatted(ScanFacts.missChance(tracked.sampledChunks()))
                  + ".");
      case Scan.Distrusted(String tracker, long wrong) -> {
        notes.warn(
            "The "
                + tracker
                + " of "
                + volume
                + " was wrong: the chunk at byte "
                + wrong
                + " has changed since the parent and was not reported. All of the volume was read,"
                + " so this snapshot is right; the next one reads all of it, too, and begins a new"
                + " account. Earlier ones that relied on it"
                + fullScanAt.map(at -> ", since the full scan of " + at + ",").orElse("")
                + " may be wrong: check them (snapshot diff), and find out who writes past it.");
        try {
          view.distrust();
        } catch (IOException e) {
          notes.warn("That could not be noted: " + e.getMessage() + ". Remove the volume's state.");
        }
      }
    }
  }
}
