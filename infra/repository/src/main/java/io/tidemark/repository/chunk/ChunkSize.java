package io.tidemark.repository.chunk;

/// Bytes in a chunk: a power of two from 4 KiB to 4 MiB, fixed for the life of a volume.
public record ChunkSize(int bytes) {
  public static final int SMALLEST_BYTES = 4 << 10;
  public static final int LARGEST_BYTES = 4 << 20;
  public static final ChunkSize DEFAULT = new ChunkSize(32 << 10);

  public ChunkSize {
    if (bytes < SMALLEST_BYTES || bytes > LARGEST_BYTES || Integer.bitCount(bytes) != 1) {
      throw new IllegalArgumentException(
          "No chunk size: " + bytes + " bytes (wanted a power of two from 4KiB to 4MiB)");
    }
  }
}
