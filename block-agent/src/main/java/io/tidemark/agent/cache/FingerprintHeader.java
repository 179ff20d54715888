package io.tidemark.agent.cache;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.ChunkSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The first page of a fingerprint file.
///
/// @param idHigh with `idLow` the file's random id
/// @param map id of the map's top node; empty for a volume of zeros
/// @param bitsHigh with `bitsLow` the checksum of the bit map
record FingerprintHeader(
    String repository,
    String volume,
    ChunkGrid grid,
    Optional<ChunkId> map,
    long seed,
    long idHigh,
    long idLow,
    long bitsHigh,
    long bitsLow) {
  static final int BYTES = 4096;

  private static final long MAGIC = 0x31304650_44495454L; // TTIDPF01
  private static final int CHECKED_BYTES = BYTES - 2 * Long.BYTES;
  private static final int LONGEST_NAME_BYTES = 1024;

  /// All but the name must not change between two checks of one file, so the seed is fixed.
  private static final long CHECK_SEED = 0x7469_6465_6d61_726bL;

  ByteBuffer encode() {
    ByteBuffer page = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    page.putLong(MAGIC).putLong(idHigh).putLong(idLow).putLong(seed);
    page.putLong(grid.sizeBytes()).putInt(grid.chunkSize().bytes());
    page.put((byte) (map.isPresent() ? 1 : 0));
    map.orElse(new ChunkId(0, 0, 0, 0)).write(page);
    page.putLong(bitsHigh).putLong(bitsLow);
    putText(page, repository);
    putText(page, volume);
    long[] check = check(page);
    return page.putLong(CHECKED_BYTES, check[0]).putLong(CHECKED_BYTES + 8, check[1]).clear();
  }

  /// @param page [#BYTES] bytes from position 0
  static Optional<FingerprintHeader> decode(ByteBuffer page) {
    page.clear().order(ByteOrder.LITTLE_ENDIAN);
    long[] check = check(page);
    if (page.getLong() != MAGIC
        || page.getLong(CHECKED_BYTES) != check[0]
        || page.getLong(CHECKED_BYTES + 8) != check[1]) {
      return Optional.empty();
    }
    long idHigh = page.getLong();
    long idLow = page.getLong();
    long seed = page.getLong();
    ChunkGrid grid = new ChunkGrid(page.getLong(), new ChunkSize(page.getInt()));
    boolean hasMap = page.get() != 0;
    ChunkId map = ChunkId.read(page);
    long bitsHigh = page.getLong();
    long bitsLow = page.getLong();
    String repository = text(page);
    String volume = text(page);
    return Optional.of(
        new FingerprintHeader(
            repository,
            volume,
            grid,
            hasMap ? Optional.of(map) : Optional.empty(),
            seed,
            idHigh,
            idLow,
            bitsHigh,
            bitsLow));
  }

  private static long[] check(ByteBuffer page) {
    long[] check = new long[Fingerprinter.WORDS];
    new Fingerprinter(CHECK_SEED).fingerprint(page, 0, CHECKED_BYTES, check, 0);
    return check;
  }

  private static void putText(ByteBuffer page, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LONGEST_NAME_BYTES) {
      throw new IllegalArgumentException("No id: " + bytes.length + " bytes");
    }
    page.putInt(bytes.length).put(bytes);
  }

  private static String text(ByteBuffer page) {
    byte[] bytes = new byte[page.getInt()];
    page.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
