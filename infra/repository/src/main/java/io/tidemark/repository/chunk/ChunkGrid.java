package io.tidemark.repository.chunk;

import static java.util.Objects.checkIndex;

/// The chunks of a volume of `sizeBytes`: from byte 0, all of one size but the last, which may be
/// short.
public record ChunkGrid(long sizeBytes, ChunkSize chunkSize) {
  public ChunkGrid {
    if (sizeBytes < 0) {
      throw new IllegalArgumentException("No volume size: " + sizeBytes + " bytes");
    }
  }

  /// How many chunks there are; 0 for an empty volume.
  public long chunks() {
    return sizeBytes / chunkSize.bytes() + (sizeBytes % chunkSize.bytes() == 0 ? 0 : 1);
  }

  public long offsetBytes(long chunk) {
    return checkIndex(chunk, chunks()) * chunkSize.bytes();
  }

  public int lengthBytes(long chunk) {
    return (int) Math.min(chunkSize.bytes(), sizeBytes - offsetBytes(chunk));
  }
}
