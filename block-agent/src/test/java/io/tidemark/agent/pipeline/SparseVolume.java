package io.tidemark.agent.pipeline;

import io.tidemark.agent.source.Extent;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.journal.Consistency;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/// A volume in memory, as large as one likes, made of blocks of 4 KiB and holes.
final class SparseVolume {
  static final int BLOCK = 4096;

  private final TreeMap<Long, byte[]> blocks = new TreeMap<>();
  private long sizeBytes;

  SparseVolume(long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /// Grows or shrinks it; what comes back after shrinking is zero.
  void resize(long newSizeBytes) {
    if (newSizeBytes < sizeBytes) {
      blocks.tailMap(Math.ceilDiv(newSizeBytes, BLOCK), true).clear();
      byte[] last = blocks.get(newSizeBytes / BLOCK);
      if (last != null) {
        Arrays.fill(last, (int) (newSizeBytes % BLOCK), BLOCK, (byte) 0);
      }
    }
    sizeBytes = newSizeBytes;
  }

  void write(long offsetBytes, byte[] bytes) {
    for (int i = 0; i < bytes.length && offsetBytes + i < sizeBytes; ) {
      long at = offsetBytes + i;
      byte[] block = blocks.computeIfAbsent(at / BLOCK, _ -> new byte[BLOCK]);
      int from = (int) (at % BLOCK);
      int length =
          (int) Math.min(Math.min(bytes.length - i, BLOCK - from), sizeBytes - offsetBytes - i);
      System.arraycopy(bytes, i, block, from, length);
      i += length;
    }
  }

  /// Makes holes of all blocks that begin in the range.
  void punch(long offsetBytes, long lengthBytes) {
    blocks
        .subMap(Math.ceilDiv(offsetBytes, BLOCK), Math.ceilDiv(offsetBytes + lengthBytes, BLOCK))
        .clear();
  }

  byte[] read(long offsetBytes, int lengthBytes) {
    ByteBuffer into = ByteBuffer.allocate(lengthBytes);
    read(offsetBytes, into);
    return into.array();
  }

  private void read(long offsetBytes, ByteBuffer into) {
    long at = offsetBytes;
    while (into.hasRemaining()) {
      int from = (int) (at % BLOCK);
      int length = Math.min(into.remaining(), BLOCK - from);
      byte[] block = blocks.get(at / BLOCK);
      into.put(block == null ? new byte[BLOCK] : block, from, length);
      at += length;
    }
  }

  /// The chunks that are not wholly holes.
  Set<Long> chunksWithBlocks(ChunkGrid grid) {
    Set<Long> chunks = new TreeSet<>();
    blocks.keySet().forEach(block -> chunks.add(block * BLOCK / grid.chunkSize().bytes()));
    return chunks;
  }

  View view() {
    return new View();
  }

  /// May be told to fail.
  final class View implements VolumeView {
    final AtomicLong readBytes = new AtomicLong();
    volatile long failAfterBytes = Long.MAX_VALUE;
    volatile Runnable beforeRead = () -> {};

    @Override
    public long sizeBytes() {
      return sizeBytes;
    }

    @Override
    public Consistency consistency() {
      return Consistency.IDLE;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer into) throws SourceException {
      beforeRead.run();
      if (offsetBytes + into.remaining() > sizeBytes) {
        throw new IllegalArgumentException("Read behind the end");
      }
      if (readBytes.addAndGet(into.remaining()) > failAfterBytes) {
        throw new SourceException.Unreadable(
            Path.of("volume"), "bad sector at " + offsetBytes, null);
      }
      SparseVolume.this.read(offsetBytes, into);
    }

    @Override
    public Optional<Extent> nextData(long fromBytes) {
      Map.Entry<Long, byte[]> first = blocks.floorEntry(fromBytes / BLOCK);
      if (first == null || first.getKey() != fromBytes / BLOCK) {
        first = blocks.ceilingEntry(fromBytes / BLOCK);
      }
      if (first == null) {
        return Optional.empty();
      }
      long start = Math.max(fromBytes, first.getKey() * BLOCK);
      long end = first.getKey();
      while (blocks.containsKey(end)) {
        end++;
      }
      long endBytes = Math.min(sizeBytes, end * BLOCK);
      return Optional.of(new Extent(start, endBytes - start));
    }

    @Override
    public List<String> remarks() {
      return List.of();
    }

    @Override
    public void confirm() {}

    @Override
    public void close() {}
  }
}
