package io.tidemark.agent.pipeline;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkId;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/// A volume that changes at random in all the ways that volumes do.
final class RandomVolume {
  private final RandomGenerator random;
  private final int mostBytes;
  private final SparseVolume volume;

  RandomVolume(RandomGenerator random, int mostBytes) {
    this.random = random;
    this.mostBytes = mostBytes;
    volume = new SparseVolume(size());
  }

  /// Sizes are whole blocks at times, and often not.
  private long size() {
    long size = random.nextInt(mostBytes);
    return random.nextBoolean() ? size : size / SparseVolume.BLOCK * SparseVolume.BLOCK;
  }

  SparseVolume edit() {
    for (int i = random.nextInt(8); i >= 0; i--) {
      long size = volume.sizeBytes();
      long offset = size == 0 ? 0 : random.nextLong(size);
      int length = 1 + random.nextInt(1 << random.nextInt(1, 20));
      switch (random.nextInt(8)) {
        case 0, 1 -> volume.write(offset, SnapshotPipelineTest.bytes(random, length));
        case 2 -> volume.write(offset, pattern(length));
        case 3 -> volume.write(offset, new byte[length]);
        case 4 -> volume.punch(offset, length);
        case 5 -> copy(offset, length);
        case 6 -> volume.resize(size());
        default -> {
          // A grown end, so that chunks that were short get longer.
          volume.resize(Math.min(mostBytes, size + random.nextInt(20_000)));
        }
      }
    }
    return volume;
  }

  private byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    int period = 1 + random.nextInt(5000);
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i % period);
    }
    return bytes;
  }

  private void copy(long to, int length) {
    int block = SparseVolume.BLOCK;
    long blocks = volume.sizeBytes() / block;
    if (blocks > 0) {
      long from = random.nextLong(blocks) * block;
      int most = (int) Math.min(length, volume.sizeBytes() - from);
      volume.write(to / block * block, volume.read(from, most));
    }
  }

  /// Bytes of the chunks whose ids differ, in the volume as it is now.
  static long differentBytes(
      Map<Long, ChunkId> before,
      Map<Long, ChunkId> after,
      SnapshotBench bench,
      SparseVolume volume) {
    ChunkGrid grid = new ChunkGrid(volume.sizeBytes(), bench.chunkSize);
    long bytes = 0;
    for (long chunk = 0; chunk < grid.chunks(); chunk++) {
      if (!Objects.equals(before.get(chunk), after.get(chunk))) {
        bytes += grid.lengthBytes(chunk);
      }
    }
    return bytes;
  }
}
