package io.tidemark.agent.cache;

import static io.tidemark.agent.cache.FingerprintFile.PAGE_BYTES;
import static io.tidemark.agent.cache.FingerprintFile.PAGE_CHECKED_BYTES;
import static io.tidemark.agent.cache.FingerprintFile.PAGE_CHUNKS;
import static io.tidemark.agent.cache.FingerprintFile.PAGE_TAIL;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.map.Root;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/// Reads a fingerprint file, best from the first chunk to the last: it holds one page. For one
/// thread at a time.
public final class FingerprintReader implements AutoCloseable {
  private static final int WORDS = Fingerprinter.WORDS;

  private final FileChannel channel;
  private final FingerprintHeader header;
  private final BitSet pagesWithData;
  private final Fingerprinter pageCheck;
  private final long[] check = new long[WORDS];
  private final ByteBuffer page =
      ByteBuffer.allocateDirect(PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long loadedPage = -1;
  private boolean loadedIsWhole;

  private FingerprintReader(FileChannel channel, FingerprintHeader header, BitSet pagesWithData) {
    this.channel = channel;
    this.header = header;
    this.pagesWithData = pagesWithData;
    this.pageCheck = new Fingerprinter(header.idLow());
  }

  static Optional<FingerprintReader> open(FingerprintFile file) {
    FileChannel channel;
    try {
      channel = FileChannel.open(file.path(), StandardOpenOption.READ);
    } catch (IOException e) {
      return Optional.empty();
    }
    Optional<FingerprintReader> reader = read(channel, file);
    if (reader.isEmpty()) {
      close(channel);
    }
    return reader;
  }

  private static Optional<FingerprintReader> read(FileChannel channel, FingerprintFile file) {
    try {
      ByteBuffer first = ByteBuffer.allocate(FingerprintHeader.BYTES);
      fill(channel, first, 0);
      Optional<FingerprintHeader> found = FingerprintHeader.decode(first);
      if (found.isEmpty() || !isOf(found.get(), file)) {
        return Optional.empty();
      }
      FingerprintHeader header = found.get();
      ChunkGrid grid = header.grid();
      ByteBuffer bits =
          ByteBuffer.allocate(FingerprintFile.bitsBytes(grid)).order(ByteOrder.LITTLE_ENDIAN);
      fill(channel, bits, FingerprintFile.pageOffsetBytes(FingerprintFile.pages(grid)));
      long[] check = new long[WORDS];
      new Fingerprinter(header.idLow()).fingerprint(bits, 0, bits.capacity(), check, 0);
      if (check[0] != header.bitsHigh() || check[1] != header.bitsLow()) {
        return Optional.empty();
      }
      return Optional.of(new FingerprintReader(channel, header, BitSet.valueOf(bits.flip())));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isOf(FingerprintHeader header, FingerprintFile file) {
    return header.repository().equals(file.repository())
        && header.volume().equals(file.volume().text())
        && header.grid().chunkSize().equals(file.chunkSize());
  }

  /// Fills the buffer and leaves its position at the end.
  private static void fill(FileChannel channel, ByteBuffer into, long offsetBytes)
      throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, offsetBytes + into.position()) < 0) {
        throw new EOFException();
      }
    }
  }

  /// The seed that its fingerprints were taken with.
  public long seed() {
    return header.seed();
  }

  /// The id of the map these fingerprints belong to; empty for a volume of zeros.
  public Optional<ChunkId> map() {
    return header.map();
  }

  /// The size of the volume they were taken of.
  public long sizeBytes() {
    return header.grid().sizeBytes();
  }

  /// Whether these are the fingerprints of what `root` holds.
  public boolean belongsTo(Root root) {
    return root.volume().text().equals(header.volume())
        && root.sizeBytes() == sizeBytes()
        && root.map().map(map -> map.id()).equals(header.map());
  }

  /// Puts the fingerprints of `chunks` chunks, two words each, into the front of `into`. A zero
  /// chunk and what lies behind the end have (0, 0).
  ///
  /// @param firstChunk with `chunks` within one page, as every aligned power of two up to 64 is
  /// @return whether they are known; when not, their page is damaged and `into` is left alone
  public boolean read(long firstChunk, int chunks, long[] into) {
    long number = firstChunk / PAGE_CHUNKS;
    int at = (int) (firstChunk % PAGE_CHUNKS);
    if (at + chunks > PAGE_CHUNKS) {
      throw new IllegalArgumentException(chunks + " chunks from " + firstChunk + " on: two pages");
    }
    if (!hasData(number)) {
      Arrays.fill(into, 0, chunks * WORDS, 0);
      return true;
    }
    if (!load(number)) {
      return false;
    }
    for (int i = 0; i < chunks * WORDS; i++) {
      into[i] = page.getLong((at * WORDS + i) * Long.BYTES);
    }
    return true;
  }

  /// The first chunk in [`fromChunk`, `toChunk`) that is not known to be zero; `toChunk` when all
  /// are. Costs nothing for pages of zeros.
  public long skipZeros(long fromChunk, long toChunk) {
    long chunk = fromChunk;
    while (chunk < toChunk) {
      long number = chunk / PAGE_CHUNKS;
      long pageEnd = Math.min(toChunk, (number + 1) * PAGE_CHUNKS);
      if (!hasData(number)) {
        int next = number < Integer.MAX_VALUE ? pagesWithData.nextSetBit((int) number) : -1;
        chunk = next < 0 ? toChunk : Math.min(toChunk, (long) next * PAGE_CHUNKS);
        continue;
      }
      if (!load(number)) {
        return chunk;
      }
      for (; chunk < pageEnd; chunk++) {
        int at = (int) (chunk % PAGE_CHUNKS) * WORDS * Long.BYTES;
        if ((page.getLong(at) | page.getLong(at + Long.BYTES)) != 0) {
          return chunk;
        }
      }
    }
    return toChunk;
  }

  private boolean hasData(long number) {
    return number < Integer.MAX_VALUE && pagesWithData.get((int) number);
  }

  private boolean load(long number) {
    if (number != loadedPage) {
      loadedPage = number;
      loadedIsWhole = false;
      try {
        fill(channel, page.clear(), FingerprintFile.pageOffsetBytes(number));
      } catch (IOException e) {
        return false;
      }
      pageCheck.fingerprint(page, 0, PAGE_CHECKED_BYTES, check, 0);
      loadedIsWhole =
          page.getLong(PAGE_TAIL) == number
              && page.getLong(PAGE_TAIL + 8) == header.idHigh()
              && page.getLong(PAGE_TAIL + 16) == header.idLow()
              && page.getLong(PAGE_CHECKED_BYTES) == check[0]
              && page.getLong(PAGE_CHECKED_BYTES + 8) == check[1];
    }
    return loadedIsWhole;
  }

  @Override
  public void close() {
    close(channel);
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
