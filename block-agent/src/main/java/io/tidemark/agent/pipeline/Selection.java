package io.tidemark.agent.pipeline;

import io.tidemark.agent.source.Changes;
import io.tidemark.agent.source.Extent;
import io.tidemark.agent.source.SourceException;
import io.tidemark.repository.chunk.ChunkGrid;
import java.util.Optional;

/// The chunks that lie in some extents, at least in part. Asked from the first chunk to the last it
/// asks for each extent once. For one thread at a time.
final class Selection {
  /// Extents looked at to tell how much there is; beyond these the rest counts as selected.
  private static final int COUNTED_EXTENTS = 4096;

  private final Changes.Extents extents;
  private final ChunkGrid grid;
  private long askedFrom = -1;
  private Optional<Extent> found = Optional.empty();

  Selection(Changes.Extents extents, ChunkGrid grid) {
    this.extents = extents;
    this.grid = grid;
  }

  Changes.Extents extents() {
    return extents;
  }

  /// The first selected chunk from `chunk` on; the number of chunks when none follows.
  long next(long chunk) throws SourceException {
    if (chunk >= grid.chunks()) {
      return grid.chunks();
    }
    Optional<Extent> extent = extent(grid.offsetBytes(chunk));
    return extent.isEmpty()
        ? grid.chunks()
        : Math.max(chunk, extent.get().offsetBytes() / grid.chunkSize().bytes());
  }

  /// Bit i: whether chunk `first` + i is selected.
  ///
  /// @param count at most 64
  long bits(long first, int count) throws SourceException {
    long bits = 0;
    long chunk = next(first);
    while (chunk < first + count) {
      bits |= 1L << (chunk - first);
      chunk = next(chunk + 1);
    }
    return bits;
  }

  /// The first extent that ends behind `fromBytes`; what lies in front of it is not looked at.
  private Optional<Extent> extent(long fromBytes) throws SourceException {
    boolean stillAnswers =
        askedFrom >= 0
            && askedFrom <= fromBytes
            && (found.isEmpty() || found.get().endBytes() > fromBytes);
    if (!stillAnswers) {
      found = fromBytes < grid.sizeBytes() ? extents.next(fromBytes) : Optional.empty();
      askedFrom = fromBytes;
    }
    return found.filter(extent -> extent.offsetBytes() < grid.sizeBytes());
  }

  /// The bytes of all selected chunks.
  long countBytes() throws SourceException {
    long bytes = 0;
    long chunk = next(0);
    for (int counted = 0; chunk < grid.chunks(); counted++) {
      if (counted == COUNTED_EXTENTS) {
        return bytes + grid.sizeBytes() - grid.offsetBytes(chunk);
      }
      long end =
          found.isEmpty()
              ? chunk + 1
              : Math.min(
                  grid.chunks(),
                  Math.ceilDiv(found.get().endBytes(), (long) grid.chunkSize().bytes()));
      end = Math.max(end, chunk + 1);
      bytes += grid.offsetBytes(end - 1) + grid.lengthBytes(end - 1) - grid.offsetBytes(chunk);
      chunk = next(end);
    }
    return bytes;
  }
}
