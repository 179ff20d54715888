package io.tidemark.agent.cache;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.key.VolumeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The fingerprints of one volume's newest snapshot on this host, by chunk position. Nothing but
/// speed depends on it: it is read only where every check passes, and replaced as a whole.
///
/// Layout, little-endian: page 0 is the header, the fingerprints follow in pages of [#PAGE_CHUNKS],
/// each checked together with the header's random id and its own number, then one bit a page that
/// tells which are not all zero. Pages of zeros are holes; since the header vouches for the bits, a
/// page that got lost is not taken for zeros.
///
/// @param path of the file; its folder exists and belongs to one process at a time
/// @param repository the repository's id
public record FingerprintFile(Path path, String repository, VolumeId volume, ChunkSize chunkSize) {
  static final int PAGE_BYTES = 64 << 10;

  /// Chunks in a page; a multiple of every power of two up to 64.
  static final int PAGE_CHUNKS = 63 * 64;

  /// Where a page's number and its file's id lie, then the checksum.
  static final int PAGE_TAIL = PAGE_CHUNKS * Fingerprinter.WORDS * Long.BYTES;

  static final int PAGE_CHECKED_BYTES = PAGE_TAIL + 3 * Long.BYTES;

  /// The fingerprints left by the last [FingerprintWriter#keep], when they are this volume's and
  /// their header is whole.
  public Optional<FingerprintReader> open() {
    return FingerprintReader.open(this);
  }

  /// Begins a new file beside the old one, for a volume of the grid's size.
  ///
  /// @param seed the one of the fingerprints that will be put
  /// @throws IOException when it cannot be created
  public FingerprintWriter create(ChunkGrid grid, long seed, RandomGenerator random)
      throws IOException {
    if (!grid.chunkSize().equals(chunkSize)) {
      throw new IllegalArgumentException("Chunks of " + grid.chunkSize() + ", not " + chunkSize);
    }
    return new FingerprintWriter(this, grid, seed, random);
  }

  static long pages(ChunkGrid grid) {
    return Math.ceilDiv(grid.chunks(), PAGE_CHUNKS);
  }

  static long pageOffsetBytes(long page) {
    return (1 + page) * PAGE_BYTES;
  }

  /// Bytes of the bit map behind the last page.
  static int bitsBytes(ChunkGrid grid) {
    return Math.toIntExact(8 * Math.ceilDiv(pages(grid), 64L));
  }
}
