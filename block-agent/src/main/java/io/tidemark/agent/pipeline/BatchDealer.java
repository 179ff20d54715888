package io.tidemark.agent.pipeline;

import io.tidemark.agent.source.Extent;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.chunk.ChunkGrid;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Deals out the batches of a volume in order: those that hold data now, and those that held data
/// in the parent. A stretch that was and is a hole is passed over, whatever its length. Safe for
/// many threads.
///
/// One worker gets a region of batches at a time, of which at least one whole pack comes if they
/// are new: so overwriting a few regions leaves packs that nobody needs, however many workers there
/// were.
final class BatchDealer {
  /// Bytes in a batch, unless one chunk is more.
  private static final int TARGET_BYTES = 2 << 20;

  /// The open pack may end anywhere in the first of them, the next one ends before the second does.
  private static final long REGION_PACKS = 2;

  /// With all workers' regions together well below what a [MapFeed] keeps.
  private static final int MOST_REGION_BATCHES = 16;

  /// Data runs looked at to tell how much there is to read; beyond these the rest counts as data.
  private static final int COUNTED_RUNS = 4096;

  private final VolumeView view;
  private final ChunkGrid grid;
  private final Baseline baseline;
  private final @Nullable Selection reported;
  private final ScanWish wish;
  private final int batchChunks;
  private final long batchBytes;
  private final int regionBatches;
  private final int workers;
  private long nextChunk;
  private long dealt;

  /// The data run that ends behind the next chunk, or none any more.
  private Optional<Extent> run;

  /// @param reported what somebody says has changed; null when nobody does
  /// @param wish whether only that is dealt
  BatchDealer(
      VolumeView view,
      ChunkGrid grid,
      Baseline baseline,
      @Nullable Selection reported,
      ScanWish wish,
      Limits limits)
      throws SourceException {
    this.reported = reported;
    this.wish = wish;
    this.view = view;
    this.grid = grid;
    this.baseline = baseline;
    int chunkBytes = grid.chunkSize().bytes();
    batchChunks = Math.clamp(TARGET_BYTES / chunkBytes, 1, Batch.MOST_CHUNKS);
    batchBytes = (long) batchChunks * chunkBytes;
    workers = limits.workers();
    regionBatches =
        Math.clamp(REGION_PACKS * limits.packBytes() / batchBytes, 1, MOST_REGION_BATCHES);
    run = dataFrom(0);
  }

  /// Deals the next region, as far as there are free batches and something is left. Regions become
  /// smaller towards the end, so that no worker is left alone with much.
  ///
  /// @param first a free batch; goes back to `feed` when nothing is left
  /// @param region gets the batches in order; nothing when nothing is left
  synchronized void next(Batch first, MapFeed feed, Queue<Batch> region) throws SourceException {
    long left = (grid.chunks() - nextChunk) / batchChunks;
    int most = Math.clamp(left / (2L * workers), 1, regionBatches);
    @Nullable Batch batch = first;
    while (batch != null) {
      if (!next(batch)) {
        feed.giveBack(batch);
        return;
      }
      region.add(batch);
      batch = region.size() < most ? feed.poll() : null;
    }
  }

  /// Deals the next batch into `batch`; false when there is none.
  private boolean next(Batch batch) throws SourceException {
    if (nextChunk >= grid.chunks()) {
      return false;
    }
    long chunk = isByReport() ? nextReported() : nextWithData();
    if (chunk >= grid.chunks()) {
      nextChunk = grid.chunks();
      return false;
    }
    batch.sequence = dealt++;
    batch.firstChunk = chunk;
    batch.chunks = (int) Math.min(batchChunks, grid.chunks() - chunk);
    batch.data = data(chunk);
    batch.reported = reported == null ? -1 : reported.bits(chunk, batch.chunks);
    batch.wanted = isByReport() ? batch.reported : -1;
    batch.whole = true;
    batch.changes.clear();
    baseline.describe(batch);
    nextChunk = chunk + batchChunks;
    return true;
  }

  private boolean isByReport() {
    return reported != null && wish == ScanWish.CHANGED;
  }

  /// The batch of the next chunk that was reported.
  private long nextReported() throws SourceException {
    Selection selection = reported;
    long chunk = selection == null ? grid.chunks() : selection.next(nextChunk);
    if (chunk >= grid.chunks()) {
      return chunk;
    }
    long first = chunk / batchChunks * batchChunks;
    if (run.isPresent() && run.get().endBytes() <= grid.offsetBytes(first)) {
      run = dataFrom(grid.offsetBytes(first));
    }
    return first;
  }

  /// The batch of the next chunk that holds data now, or did in the parent.
  private long nextWithData() {
    long dataChunk =
        run.isEmpty()
            ? grid.chunks()
            : Math.max(nextChunk, run.get().offsetBytes() / batchBytes * batchChunks);
    long chunk = nextChunk;
    if (chunk < dataChunk) {
      long held = baseline.skipZeros(chunk, dataChunk);
      chunk = held < dataChunk ? held / batchChunks * batchChunks : dataChunk;
    }
    return chunk;
  }

  /// Which of the chunks hold data; leaves `run` at the one that ends behind them.
  private long data(long firstChunk) throws SourceException {
    int chunkBytes = grid.chunkSize().bytes();
    long start = grid.offsetBytes(firstChunk);
    long end = Math.min(grid.sizeBytes(), start + batchBytes);
    long bits = 0;
    while (run.isPresent() && run.get().offsetBytes() < end) {
      long from = Math.max(start, run.get().offsetBytes()) - start;
      long to = Math.min(end, run.get().endBytes()) - start;
      int first = (int) (from / chunkBytes);
      int count = (int) ((to - 1) / chunkBytes) - first + 1;
      bits |= -1L >>> (64 - count) << first;
      if (run.get().endBytes() > end) {
        break;
      }
      run = dataFrom(run.get().endBytes());
    }
    return bits;
  }

  private Optional<Extent> dataFrom(long fromBytes) throws SourceException {
    return fromBytes < grid.sizeBytes() ? view.nextData(fromBytes) : Optional.empty();
  }

  /// The bytes that will be read, for showing progress.
  static long countBytes(VolumeView view, ChunkGrid grid) throws SourceException {
    int chunkBytes = grid.chunkSize().bytes();
    long bytes = 0;
    long countedTo = 0;
    for (int runs = 0; countedTo < grid.sizeBytes(); runs++) {
      if (runs == COUNTED_RUNS) {
        return bytes + grid.sizeBytes() - countedTo;
      }
      Optional<Extent> found = view.nextData(countedTo);
      if (found.isEmpty()) {
        break;
      }
      long from = Math.max(countedTo, found.get().offsetBytes() / chunkBytes * chunkBytes);
      long to =
          Math.min(
              grid.sizeBytes(),
              Math.ceilDiv(found.get().endBytes(), (long) chunkBytes) * chunkBytes);
      bytes += to - from;
      countedTo = to;
    }
    return bytes;
  }
}
