package io.tidemark.agent.pipeline;

import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.pack.PackBuilder;

/// How much of the host one snapshot may take. Memory outside the heap is at most `(workers +
/// uploads) * packBytes + workers * readBytes` and one pack more for map nodes.
///
/// @param workers threads that read, hash and compress
/// @param uploads packs under way to the store at once; 0 sends each in the thread that filled it
/// @param packBytes length that packs are made for
/// @param readBytes length of one read of the volume; more where a chunk is longer
/// @param zstdLevel see [FrameEncoder]
public record Limits(int workers, int uploads, int packBytes, int readBytes, int zstdLevel) {
  private static final int MOST_WORKERS = 10;
  private static final int MOST_UPLOADS = 6;
  private static final int READ_BYTES = 1 << 20;

  public Limits {
    if (workers < 1 || uploads < 0 || packBytes < 4096 || readBytes < 4096) {
      throw new IllegalArgumentException(
          "No limits: "
              + workers
              + " workers, "
              + uploads
              + " uploads, packs of "
              + packBytes
              + " and reads of "
              + readBytes
              + " bytes");
    }
  }

  /// Every core busy, within the memory that a snapshot may take.
  public static Limits forCores(int cores) {
    int workers = Math.clamp(cores, 1, MOST_WORKERS);
    return new Limits(
        workers,
        Math.clamp(2L * workers, 2, MOST_UPLOADS),
        PackBuilder.TARGET_BYTES,
        READ_BYTES,
        FrameEncoder.DEFAULT_LEVEL);
  }

  /// Everything in the caller's thread, one step after the other, the same way every time.
  public static Limits sequential() {
    return new Limits(1, 0, PackBuilder.TARGET_BYTES, READ_BYTES, FrameEncoder.DEFAULT_LEVEL);
  }

  boolean isSequential() {
    return workers == 1 && uploads == 0;
  }
}
