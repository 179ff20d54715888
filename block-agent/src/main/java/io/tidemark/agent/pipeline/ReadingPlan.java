package io.tidemark.agent.pipeline;

import io.tidemark.agent.cache.FingerprintReader;
import io.tidemark.agent.source.Changes;
import io.tidemark.agent.source.SourceException;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.map.MapEditor;
import io.tidemark.repository.map.MapReader;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What of a volume is read, and why.
///
/// @param tracker who keeps account; empty when nobody does, or not of this
/// @param reported what that one says has changed
/// @param wish whether only that is read
/// @param reason why all is read
/// @param check of the account, before it was relied on
record ReadingPlan(
    Optional<String> tracker,
    @Nullable Selection reported,
    ScanWish wish,
    String reason,
    TrackerCheck.Outcome check) {
  private static final TrackerCheck.Outcome UNCHECKED =
      new TrackerCheck.Outcome(0, 0, 0, OptionalLong.empty());

  /// Any doubt means that all is read. An account that is there is held against what was read then.
  static ReadingPlan of(
      SnapshotTask task,
      ChunkGrid grid,
      @Nullable FingerprintReader fingerprints,
      RandomGenerator random)
      throws SourceException, InterruptedException {
    return switch (task.changes()) {
      case Changes.Unknown(String reason) -> all(reason);
      case Changes.Known(String tracker, Changes.Extents extents) -> {
        Optional<MapEditor.Parent> parent = task.parent();
        if (parent.isEmpty()) {
          yield all("there is nothing to compare with");
        }
        if (parent.get().root().sizeBytes() != grid.sizeBytes()) {
          yield all("the size has changed");
        }
        Selection reported = new Selection(extents, grid);
        String wished = wished(task.wish());
        if (!wished.isEmpty()) {
          yield new ReadingPlan(Optional.of(tracker), reported, ScanWish.ALL, wished, UNCHECKED);
        }
        MapReader map = new MapReader(parent.get().root(), task.chunkSize(), task.nodes());
        TrackerCheck.Outcome check =
            new TrackerCheck(task.view(), grid, map, fingerprints).run(extents, random);
        yield new ReadingPlan(
            Optional.of(tracker),
            reported,
            check.wrong().isPresent() ? ScanWish.ALL : ScanWish.CHANGED,
            "",
            check);
      }
    };
  }

  /// Why all is to be read; empty when it is not.
  private static String wished(ScanWish wish) {
    return switch (wish) {
      case CHANGED -> "";
      case ALL -> "that was asked for";
      case DUE -> "it was time for a full scan";
    };
  }

  private static ReadingPlan all(String reason) {
    return new ReadingPlan(Optional.empty(), null, ScanWish.ALL, reason, UNCHECKED);
  }

  boolean isByReport() {
    return wish == ScanWish.CHANGED;
  }

  /// The bytes that will be read.
  long countBytes(SnapshotTask task, ChunkGrid grid) throws SourceException {
    Selection selection = reported;
    return selection != null && isByReport()
        ? new Selection(selection.extents(), grid).countBytes()
        : BatchDealer.countBytes(task.view(), grid);
  }

  /// How it was read, in the end.
  ///
  /// @param reportedBytes in what was reported
  /// @param unreported a chunk that was found changed and had not been reported
  Scan scan(ChunkGrid grid, long reportedBytes, OptionalLong unreported) {
    if (tracker.isEmpty()) {
      return new Scan.Full(reason);
    }
    OptionalLong wrong = check.wrong().isPresent() ? check.wrong() : unreported;
    if (wrong.isPresent()) {
      return new Scan.Distrusted(tracker.get(), grid.offsetBytes(wrong.getAsLong()));
    }
    return isByReport()
        ? new Scan.Tracked(tracker.get(), reportedBytes, check.sampledChunks())
        : new Scan.Full(reason);
  }
}
