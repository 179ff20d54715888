package io.tidemark.agent.pipeline;

import io.tidemark.agent.cache.FingerprintReader;
import io.tidemark.agent.cache.Fingerprinter;
import io.tidemark.agent.source.Changes;
import io.tidemark.agent.source.Extent;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.Zeros;
import io.tidemark.repository.map.MapReader;
import io.tidemark.repository.pack.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Compares chunks that a tracker did not report with the parent's, drawn by chance.
final class TrackerCheck {
  private static final int WORDS = Fingerprinter.WORDS;
  private static final int SAMPLE_BYTES = 32 << 20;
  private static final int FEWEST = 16;
  private static final int MOST = 1024;

  /// Of a small volume only so much: the rest of it would be read faster than explained.
  private static final int SHARE = 64;

  private final VolumeView view;
  private final ChunkGrid grid;
  private final MapReader map;
  private final @Nullable FingerprintReader fingerprints;
  private final ChunkHasher hasher = new ChunkHasher();
  private final long[] before = new long[WORDS];
  private final long[] after = new long[WORDS];
  private final ByteBuffer buffer;

  /// @param map of the parent, a reader for this alone
  /// @param fingerprints of the parent, if there are any
  TrackerCheck(
      VolumeView view, ChunkGrid grid, MapReader map, @Nullable FingerprintReader fingerprints) {
    this.view = view;
    this.grid = grid;
    this.map = map;
    this.fingerprints = fingerprints;
    buffer = ByteBuffer.allocateDirect(grid.chunkSize().bytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// @param sampledChunks compared, holes among them
  /// @param wrong a chunk that has changed and was not reported
  record Outcome(long sampledChunks, long readChunks, long readBytes, OptionalLong wrong) {
    /// What it adds to what was read.
    Counts counts() {
      return new Counts(readBytes, 0, 0, readChunks, 0, 0, 0, 0);
    }
  }

  Outcome run(Changes.Extents reported, RandomGenerator random)
      throws SourceException, InterruptedException {
    Selection selection = new Selection(reported, grid);
    long sampled = 0;
    long read = 0;
    long readBytes = 0;
    for (long chunk : draw(random)) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (selection.next(chunk) == chunk) {
        continue;
      }
      sampled++;
      boolean isHole = isHole(chunk);
      if (!isHole) {
        view.read(grid.offsetBytes(chunk), buffer.clear().limit(grid.lengthBytes(chunk)));
        buffer.flip();
        read++;
        readBytes += grid.lengthBytes(chunk);
      }
      if ((isHole || Zeros.isZero(buffer)) ? !wasZero(chunk) : !wasSame(chunk)) {
        return new Outcome(sampled, read, readBytes, OptionalLong.of(chunk));
      }
    }
    return new Outcome(sampled, read, readBytes, OptionalLong.empty());
  }

  private SortedSet<Long> draw(RandomGenerator random) {
    long chunks = grid.chunks();
    long most = Math.clamp(SAMPLE_BYTES / grid.chunkSize().bytes(), FEWEST, MOST);
    long wanted = Math.min(most, Math.max(FEWEST, chunks / SHARE));
    SortedSet<Long> drawn = new TreeSet<>();
    for (long i = 0; i < wanted && chunks > 0; i++) {
      drawn.add(random.nextLong(chunks));
    }
    return drawn;
  }

  private boolean isHole(long chunk) throws SourceException {
    long from = grid.offsetBytes(chunk);
    Optional<Extent> data = view.nextData(from);
    return data.isEmpty() || data.get().offsetBytes() >= from + grid.lengthBytes(chunk);
  }

  private boolean wasZero(long chunk) {
    return map.find(chunk).isEmpty();
  }

  /// Whether the buffer holds what was there before.
  private boolean wasSame(long chunk) {
    FingerprintReader known = fingerprints;
    if (known != null && known.read(chunk, 1, before)) {
      new Fingerprinter(known.seed()).fingerprint(buffer, 0, buffer.limit(), after, 0);
      return after[0] == before[0] && after[1] == before[1];
    }
    ChunkId id = hasher.id(buffer);
    return map.find(chunk).map(Reference::id).filter(id::equals).isPresent();
  }
}
