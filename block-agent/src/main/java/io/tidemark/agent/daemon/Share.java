package io.tidemark.agent.daemon;

import io.tidemark.agent.daemon.configuration.LimitSettings;
import io.tidemark.agent.flow.ReadingLimits;
import io.tidemark.agent.pipeline.Limits;

/// What one of several snapshots and restores may take of the host.
final class Share {
  /// Of a share, for what is read and for what the buffers are longer than a pack.
  private static final long READING_BYTES = 8L << 20;

  private static final long BYTES_A_REQUEST = 8L << 20;
  private static final int LEAST_REQUESTS = 4;
  private static final int REQUEST_BYTES = 4 << 20;
  private static final int WINDOW_CHUNKS = 64 << 10;
  private static final int ORDERED_BYTES = 8 << 20;

  private Share() {}

  /// Packs being filled and sent, and one of map nodes, fit into the share.
  static Limits ofSnapshot(LimitSettings settings, Limits most) {
    if (most.uploads() == 0) {
      return most;
    }
    long packs = (settings.memoryBytesEach() - READING_BYTES) / most.packBytes() - 1;
    int workers = Math.clamp(packs / 2, 1, most.workers());
    int uploads = Math.clamp(packs - workers, 1, most.uploads());
    return new Limits(workers, uploads, most.packBytes(), most.readBytes(), most.zstdLevel());
  }

  static ReadingLimits ofRestore(LimitSettings settings, Limits most) {
    int requests =
        Math.clamp(
            settings.memoryBytesEach() / BYTES_A_REQUEST,
            LEAST_REQUESTS,
            ReadingLimits.forCores(most.workers()).requests());
    return new ReadingLimits(requests, REQUEST_BYTES, WINDOW_CHUNKS, ORDERED_BYTES);
  }
}
