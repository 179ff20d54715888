package io.tidemark.agent.flow;

import io.tidemark.repository.chunk.ChunkGrid;

/// How much of the host a restore or a verification takes. Its memory is about `requests *
/// requestBytes + windowChunks * 150`, and `2 * orderedBytes` outside the heap for a target that
/// wants everything in order.
///
/// @param requests under way at once
/// @param requestBytes asked for at once, where so much lies together
/// @param windowChunks chunks looked up in the map before their packs are read: the more, the fewer
///   requests, for what lies together in a pack is then read together
/// @param orderedBytes read ahead of a target that wants everything in order
public record ReadingLimits(int requests, int requestBytes, int windowChunks, int orderedBytes) {
  private static final int LEAST_REQUESTS = 8;
  private static final int MOST_REQUESTS = 12;
  private static final int REQUEST_BYTES = 4 << 20;
  private static final int WINDOW_CHUNKS = 64 << 10;
  private static final int ORDERED_BYTES = 32 << 20;

  public ReadingLimits {
    if (requests < 1 || requestBytes < 1 || windowChunks < 1 || orderedBytes < 1) {
      throw new IllegalArgumentException(
          "No limits: "
              + requests
              + " requests of "
              + requestBytes
              + " bytes, "
              + windowChunks
              + " chunks, "
              + orderedBytes
              + " bytes");
    }
  }

  /// Enough to keep cores and a far store busy.
  public static ReadingLimits forCores(int cores) {
    return new ReadingLimits(
        Math.clamp(2L * cores, LEAST_REQUESTS, MOST_REQUESTS),
        REQUEST_BYTES,
        WINDOW_CHUNKS,
        ORDERED_BYTES);
  }

  /// What is read ahead of a target that wants everything in order.
  long orderedChunks(ChunkGrid grid) {
    return Math.max(1, orderedBytes / grid.chunkSize().bytes());
  }
}
