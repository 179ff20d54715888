package io.tidemark.agent.daemon.configuration;

import java.util.OptionalLong;

/// How much of the host the agent takes.
///
/// @param atOnce snapshots and restores under way at once
/// @param uploadBytesPerSecond of all of them together; empty for no limit
/// @param memoryBytes of buffers outside the heap, of all of them together
public record LimitSettings(int atOnce, OptionalLong uploadBytesPerSecond, long memoryBytes) {
  /// One worker, one upload and one pack more, and what is read.
  public static final long LEAST_BYTES_EACH = 64L << 20;

  /// Fits what the launcher lets the JVM have outside its heap.
  public static final LimitSettings USUAL = new LimitSettings(2, OptionalLong.empty(), 192L << 20);

  static final int MOST_AT_ONCE = 64;

  /// What each of them may take.
  public long memoryBytesEach() {
    return memoryBytes / atOnce;
  }
}
