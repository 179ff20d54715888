package io.tidemark.agent.flow;

/// How much of the host a restore or a verification takes. Memory is about `requests * 16 MiB + 2 *
/// orderedBytes + windowChunks * 100`.
///
/// @param requests under way at once
/// @param windowChunks chunks looked up in the map before their packs are read: the more, the fewer
///   requests, for what lies together in a pack is then read together
/// @param orderedBytes read ahead of a target that wants everything in order
public record ReadingLimits(int requests, int windowChunks, int orderedBytes) {
  private static final int LEAST_REQUESTS = 8;
  private static final int MOST_REQUESTS = 12;

  public ReadingLimits {
    if (requests < 1 || windowChunks < 1 || orderedBytes < 1) {
      throw new IllegalArgumentException(
          requests + " requests, " + windowChunks + " chunks, " + orderedBytes + " bytes");
    }
  }

  /// Enough to keep cores and a far store busy.
  public static ReadingLimits forCores(int cores) {
    return new ReadingLimits(
        Math.clamp(2L * cores, LEAST_REQUESTS, MOST_REQUESTS), 128 << 10, 32 << 20);
  }
}
