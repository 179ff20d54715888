package io.tidemark.agent.flow;

import io.tidemark.agent.flow.MapScan.Window;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.agent.restore.Prospect;
import io.tidemark.agent.restore.TargetException;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.pack.ChunkPlace;
import io.tidemark.repository.pack.FrameRun;
import io.tidemark.repository.snapshot.Snapshot;
import java.io.IOException;
import java.util.List;

/// What a restore would do, found out from the map and from the target as it is: nothing is held,
/// opened for writing, or read of the packs' chunks.
public final class RestorePreview {
  private final Repository repository;
  private final ReadingLimits limits;
  private final ProgressMeter meter;
  private final Notes notes;

  public RestorePreview(
      Repository repository, ReadingLimits limits, ProgressMeter meter, Notes notes) {
    this.repository = repository;
    this.limits = limits;
    this.meter = meter;
    this.notes = notes;
  }

  /// Looks at the target once it is known how large it has to be.
  @FunctionalInterface
  public interface TargetLook {
    Prospect at(long sizeBytes) throws TargetException;
  }

  /// What a restore would do.
  ///
  /// @param dataBytes of the chunks that are not zero
  /// @param fetchedBytes asked of the store, in `requests`, besides the map; in place at most
  public record Outcome(
      Prospect prospect, long sizeBytes, long dataBytes, long fetchedBytes, long requests) {
    /// At most, where something is compared first.
    public long writtenBytes() {
      return prospect.mostWrittenBytes(sizeBytes, dataBytes);
    }
  }

  /// Looks at the target first, then reads the whole map.
  ///
  /// @throws TargetException when the target is unfit
  /// @throws FlowException.Damaged when not all of the map can be read
  /// @throws FlowException.Deleted when the snapshot was deleted meanwhile
  /// @throws FlowException.Interrupted when the user had it stopped
  public Outcome run(Snapshot snapshot, TargetLook look) throws IOException, FlowException {
    HeldReading reading = HeldReading.of(repository, snapshot, (_, _) -> () -> {}, meter, notes);
    long sizeBytes = reading.root().sizeBytes();
    Prospect prospect = look.at(sizeBytes);
    return reading.run(List.of(), () -> plan(reading, prospect), () -> "Nothing was changed.");
  }

  private Outcome plan(HeldReading reading, Prospect prospect)
      throws FlowException, TargetException, InterruptedException {
    ChunkGrid grid = reading.grid();
    DamageLog damage = new DamageLog(grid);
    long dataBytes = 0;
    long fetchedBytes = 0;
    long requests = 0;
    meter.start(grid.sizeBytes());
    try (StoreNodeSource nodes = new StoreNodeSource(repository.store())) {
      MapScan scan = new MapScan(reading.root(), grid, nodes, damage);
      while (scan.hasNext()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        Window window = scan.next(limits, prospect.order());
        for (ChunkPlace place : window.places()) {
          dataBytes += grid.lengthBytes(place.chunk());
        }
        for (FrameRun run : FrameRun.plan(window.places(), limits.requestBytes())) {
          fetchedBytes += run.range().lengthBytes();
          requests++;
        }
        meter.read(window.lengthBytes(grid));
      }
    }
    if (!damage.isEmpty()) {
      throw reading.verdict(damage, "Nothing was written.");
    }
    prospect.requireRoom(dataBytes);
    return new Outcome(prospect, grid.sizeBytes(), dataBytes, fetchedBytes, requests);
  }
}
