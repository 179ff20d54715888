package io.tidemark.agent.cache;

import static io.tidemark.agent.cache.FingerprintFile.PAGE_BYTES;
import static io.tidemark.agent.cache.FingerprintFile.PAGE_CHECKED_BYTES;
import static io.tidemark.agent.cache.FingerprintFile.PAGE_CHUNKS;
import static io.tidemark.agent.cache.FingerprintFile.PAGE_TAIL;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Writes a new fingerprint file from the first chunk to the last; what is not put is zero. Nothing
/// of the old file changes before [#keep]. For one thread at a time.
public final class FingerprintWriter implements AutoCloseable {
  private static final int WORDS = Fingerprinter.WORDS;

  private final FingerprintFile file;
  private final ChunkGrid grid;
  private final long seed;
  private final long idHigh;
  private final long idLow;
  private final Path fresh;
  private final FileChannel channel;
  private final Fingerprinter check;
  private final long[] checksum = new long[WORDS];
  private final BitSet pagesWithData = new BitSet();
  private final ByteBuffer page =
      ByteBuffer.allocateDirect(PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long openPage;
  private boolean openHasData;
  private boolean kept;

  FingerprintWriter(FingerprintFile file, ChunkGrid grid, long seed, RandomGenerator random)
      throws IOException {
    this.file = file;
    this.grid = grid;
    this.seed = seed;
    idHigh = random.nextLong();
    idLow = random.nextLong();
    check = new Fingerprinter(idLow);
    fresh = file.path().resolveSibling(file.path().getFileName() + ".new");
    channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
  }

  /// Takes the fingerprints of `chunks` chunks, two words each, from the front of `fingerprints`.
  ///
  /// @param firstChunk behind all that was put before; with `chunks` within one page, as every
  ///   aligned power of two up to 64 is
  /// @throws IOException when the disk is full or fails; the writer is then only good for closing
  public void put(long firstChunk, int chunks, long[] fingerprints) throws IOException {
    long number = firstChunk / PAGE_CHUNKS;
    int at = (int) (firstChunk % PAGE_CHUNKS);
    if (number < openPage || at + chunks > PAGE_CHUNKS || firstChunk + chunks > grid.chunks()) {
      throw new IllegalArgumentException(chunks + " chunks from " + firstChunk + " on");
    }
    if (number > openPage) {
      flush();
      openPage = number;
    }
    long bits = 0;
    for (int i = 0; i < chunks * WORDS; i++) {
      bits |= fingerprints[i];
    }
    if (bits != 0) {
      if (!openHasData) {
        zero(page);
        openHasData = true;
      }
      for (int i = 0; i < chunks * WORDS; i++) {
        page.putLong((at * WORDS + i) * Long.BYTES, fingerprints[i]);
      }
    }
  }

  /// Makes these the volume's fingerprints, durably. To be called once the snapshot they belong to
  /// is committed.
  ///
  /// @param map id of that snapshot's map; empty for a volume of zeros
  /// @throws IOException when the file could not be written; the old one, if any, is untouched
  public void keep(Optional<ChunkId> map) throws IOException {
    flush();
    byte[] packed = pagesWithData.toByteArray();
    ByteBuffer bits =
        ByteBuffer.allocate(FingerprintFile.bitsBytes(grid)).order(ByteOrder.LITTLE_ENDIAN);
    bits.put(packed).clear();
    check.fingerprint(bits, 0, bits.capacity(), checksum, 0);
    write(bits, FingerprintFile.pageOffsetBytes(FingerprintFile.pages(grid)));
    FingerprintHeader header =
        new FingerprintHeader(
            file.repository(),
            file.volume().text(),
            grid,
            map,
            seed,
            idHigh,
            idLow,
            checksum[0],
            checksum[1]);
    write(header.encode(), 0);
    channel.force(true);
    channel.close();
    Files.move(fresh, file.path(), StandardCopyOption.ATOMIC_MOVE);
    kept = true;
    try (FileChannel folder = FileChannel.open(folder(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private Path folder() {
    Path folder = file.path().toAbsolutePath().getParent();
    return folder == null ? file.path() : folder;
  }

  private void flush() throws IOException {
    if (openHasData) {
      page.putLong(PAGE_TAIL, openPage)
          .putLong(PAGE_TAIL + 8, idHigh)
          .putLong(PAGE_TAIL + 16, idLow);
      check.fingerprint(page, 0, PAGE_CHECKED_BYTES, checksum, 0);
      page.putLong(PAGE_CHECKED_BYTES, checksum[0]).putLong(PAGE_CHECKED_BYTES + 8, checksum[1]);
      write(page.clear(), FingerprintFile.pageOffsetBytes(openPage));
      pagesWithData.set(Math.toIntExact(openPage));
      openHasData = false;
    }
  }

  private static void zero(ByteBuffer page) {
    for (int at = 0; at < PAGE_BYTES; at += Long.BYTES) {
      page.putLong(at, 0);
    }
  }

  private void write(ByteBuffer bytes, long offsetBytes) throws IOException {
    long at = offsetBytes;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /// Throws the new file away unless it was kept.
  @Override
  public void close() {
    try (channel) {
      if (!kept) {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException _) {
      // A leftover is written over by the next writer.
    }
  }
}
