package io.tidemark.agent.pipeline;

import io.tidemark.agent.cache.Fingerprinter;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.Zeros;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.map.MapReader;
import io.tidemark.repository.pack.PackBuilder;
import io.tidemark.repository.pack.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Reads batches and tells what changed in them, hashes and packs what did. Owns its buffers and
/// the pack it fills; allocates nothing for a chunk that did not change. For one thread.
final class Worker implements AutoCloseable {
  private static final int WORDS = Fingerprinter.WORDS;

  private final VolumeView view;
  private final ChunkGrid grid;
  private final BatchDealer dealer;
  private final MapFeed feed;
  private final Uploads uploads;
  private final ReuseWindow window;
  private final ProgressMeter meter;
  private final ParentLeaf parent;
  private final long chunkOfChangedLength;
  private final Fingerprinter fingerprinter;
  private final ByteBuffer buffer;
  private final ChunkHasher hasher = new ChunkHasher();
  private final FrameEncoder encoder;

  private @Nullable PackBuilder pack;
  private Shipment shipment = new Shipment();

  private long readBytes;
  private long changedBytes;
  private long storedBytes;
  private long readChunks;
  private long changedChunks;
  private long storedChunks;
  private long reusedChunks;
  private long zeroedChunks;

  /// The first chunk that has changed though nobody reported it; negative when there is none.
  private long unreported = -1;

  /// The parts that all workers of a snapshot share.
  record Shared(
      VolumeView view,
      ChunkGrid grid,
      BatchDealer dealer,
      MapFeed feed,
      Uploads uploads,
      ReuseWindow window,
      ProgressMeter meter) {}

  /// @param parentMap a reader for this worker alone; null without a parent
  Worker(
      Shared shared,
      Limits limits,
      long fingerprintSeed,
      @Nullable MapReader parentMap,
      long parentChunks) {
    view = shared.view;
    grid = shared.grid;
    dealer = shared.dealer;
    feed = shared.feed;
    uploads = shared.uploads;
    window = shared.window;
    meter = shared.meter;
    parent = new ParentLeaf(parentMap, parentChunks);
    chunkOfChangedLength = feed.chunkOfChangedLength();
    fingerprinter = new Fingerprinter(fingerprintSeed);
    int chunkBytes = grid.chunkSize().bytes();
    int bufferBytes = Math.max(chunkBytes, limits.readBytes() / chunkBytes * chunkBytes);
    buffer = ByteBuffer.allocateDirect(bufferBytes).order(ByteOrder.LITTLE_ENDIAN);
    encoder = new FrameEncoder(limits.zstdLevel());
  }

  /// Works until no batch is left.
  void work() throws SourceException, InterruptedException {
    Queue<Batch> region = new ArrayDeque<>();
    do {
      Batch first = feed.poll();
      if (first == null) {
        ship();
        first = feed.take();
      }
      dealer.next(first, feed, region);
    } while (examine(region));
    ship();
  }

  /// Deals with all batches of a region; false when it has none.
  private boolean examine(Queue<Batch> region) throws SourceException, InterruptedException {
    if (region.isEmpty()) {
      return false;
    }
    for (Batch batch = region.poll(); batch != null; batch = region.poll()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      examine(batch);
      feed.done(batch);
    }
    return true;
  }

  /// The first chunk that has changed though it was not reported, where somebody keeps account.
  OptionalLong unreported() {
    return unreported < 0 ? OptionalLong.empty() : OptionalLong.of(unreported);
  }

  Counts counts() {
    return new Counts(
        readBytes,
        changedBytes,
        storedBytes,
        readChunks,
        changedChunks,
        storedChunks,
        reusedChunks,
        zeroedChunks);
  }

  private void examine(Batch batch) throws SourceException, InterruptedException {
    long changedBefore = changedBytes;
    int chunk = 0;
    while (chunk < batch.chunks) {
      if (!batch.isWanted(chunk)) {
        keep(batch, chunk++);
        continue;
      }
      if (!batch.mayHoldData(chunk)) {
        zero(batch, chunk++);
        continue;
      }
      int end = chunk + 1;
      int most = Math.min(batch.chunks, chunk + buffer.capacity() / grid.chunkSize().bytes());
      while (end < most && batch.isWanted(end) && batch.mayHoldData(end)) {
        end++;
      }
      read(batch, chunk, end);
      chunk = end;
    }
    meter.changed(changedBytes - changedBefore);
  }

  private void read(Batch batch, int first, int end) throws SourceException, InterruptedException {
    long from = grid.offsetBytes(batch.firstChunk + first);
    long last = batch.firstChunk + end - 1;
    int length = (int) (grid.offsetBytes(last) + grid.lengthBytes(last) - from);
    view.read(from, buffer.clear().limit(length));
    readBytes += length;
    readChunks += end - first;
    meter.read(length);
    int chunkBytes = grid.chunkSize().bytes();
    int at = 0;
    for (int chunk = first; chunk < end; chunk++) {
      int chunkEnd = Math.min(length, at + chunkBytes);
      buffer.limit(chunkEnd).position(at);
      if (Zeros.isZero(buffer)) {
        zero(batch, chunk);
      } else {
        data(batch, chunk);
      }
      at = chunkEnd;
    }
  }

  /// Leaves a chunk what it was.
  private static void keep(Batch batch, int chunk) {
    if (batch.known) {
      System.arraycopy(batch.before, chunk * WORDS, batch.after, chunk * WORDS, WORDS);
    } else {
      batch.whole = false;
    }
  }

  private void zero(Batch batch, int chunk) {
    int word = chunk * WORDS;
    batch.after[word] = 0;
    batch.after[word + 1] = 0;
    boolean wasZero =
        batch.known
            ? (batch.before[word] | batch.before[word + 1]) == 0
            : parent.find(batch, chunk) == null;
    if (!wasZero) {
      zeroedChunks++;
      change(batch, chunk, null);
    }
  }

  /// Deals with the buffer's remaining bytes.
  private void data(Batch batch, int chunk) throws InterruptedException {
    int word = chunk * WORDS;
    long[] after = batch.after;
    fingerprinter.fingerprint(buffer, buffer.position(), buffer.remaining(), after, word);
    if (batch.known
        && batch.firstChunk + chunk != chunkOfChangedLength
        && after[word] == batch.before[word]
        && after[word + 1] == batch.before[word + 1]) {
      return;
    }
    ChunkId id = hasher.id(buffer);
    if (!batch.known) {
      Reference there = parent.find(batch, chunk);
      if (there != null && there.id().equals(id)) {
        return;
      }
    }
    StoredChunk stored = window.find(id);
    if (stored == null) {
      stored = store(id);
      window.add(stored);
      storedChunks++;
      storedBytes += stored.lengthBytes();
    } else {
      reusedChunks++;
    }
    change(batch, chunk, stored);
  }

  private void change(Batch batch, int chunk, @Nullable StoredChunk stored) {
    long position = batch.firstChunk + chunk;
    if (!batch.isReported(chunk)) {
      unreported = unreported < 0 ? position : Math.min(unreported, position);
    }
    changedChunks++;
    changedBytes += grid.lengthBytes(position);
    batch.changes.add(new Change(position, stored));
  }

  private StoredChunk store(ChunkId id) throws InterruptedException {
    PackBuilder open = pack == null ? open() : pack;
    int entry = open.add(id, buffer, encoder);
    if (entry == PackBuilder.FULL) {
      ship();
      open = open();
      entry = open.add(id, buffer, encoder);
    }
    return new StoredChunk(id, shipment, open.offsetBytes(entry), open.lengthBytes(entry));
  }

  private PackBuilder open() throws InterruptedException {
    PackBuilder opened = uploads.take();
    pack = opened;
    shipment = new Shipment();
    return opened;
  }

  /// Sends off the open pack, if there is one.
  private void ship() {
    PackBuilder full = pack;
    if (full != null) {
      Shipment under = shipment;
      pack = null;
      uploads.send(
          full,
          sent -> {
            under.arrive(sent.id());
            meter.sent(sent.objectBytes());
            feed.arrived(sent);
          });
    }
  }

  @Override
  public void close() {
    encoder.close();
  }

  /// The parent's references of one batch, looked up when the first is asked for.
  private static final class ParentLeaf {
    private final @Nullable MapReader map;
    private final long chunks;
    private final @Nullable Reference[] references = new @Nullable Reference[Batch.MOST_CHUNKS];
    private long sequence = -1;

    ParentLeaf(@Nullable MapReader map, long chunks) {
      this.map = map;
      this.chunks = chunks;
    }

    @Nullable Reference find(Batch batch, int chunk) {
      if (sequence != batch.sequence) {
        Arrays.fill(references, null);
        long end = Math.min(chunks, batch.firstChunk + batch.chunks);
        if (map != null && batch.firstChunk < end) {
          map.forEach(
              batch.firstChunk,
              end,
              (at, reference) -> references[(int) (at - batch.firstChunk)] = reference);
        }
        sequence = batch.sequence;
      }
      return references[chunk];
    }
  }
}
