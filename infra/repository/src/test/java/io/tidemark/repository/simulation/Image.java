package io.tidemark.repository.simulation;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkSize;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// The content of a disk at an instant. There are few different chunks, so that the same content
/// turns up in many sessions.
///
/// @param name by which a snapshot's label names it
/// @param contents kind of content of every chunk that is not zero; kinds count from 1
record Image(String name, long sizeBytes, NavigableMap<Long, Integer> contents) {
  static final ChunkSize CHUNK_SIZE = new ChunkSize(4096);
  private static final int KINDS = 7;
  private static final byte[][] PLAINTEXTS = new byte[KINDS + 1][];

  /// Up to three levels of the map, and ends within a chunk.
  private static final long[] SIZES = {
    0, 100, 5 * 4096, 40 * 4096 + 1, 64 * 4096, 70 * 4096, 4096 * 4096L, 4100 * 4096L + 5
  };

  static {
    for (int kind = 1; kind <= KINDS; kind++) {
      byte[] bytes = new byte[CHUNK_SIZE.bytes()];
      if (kind % 3 == 0) {
        new SplittableRandom(kind).nextBytes(bytes);
      } else {
        Arrays.fill(bytes, (byte) kind);
      }
      PLAINTEXTS[kind] = bytes;
    }
  }

  Image {
    contents = Collections.unmodifiableNavigableMap(new TreeMap<>(contents));
  }

  static Image empty(String name) {
    return new Image(name, 0, new TreeMap<>());
  }

  /// The same disk later.
  Image changed(String newName, RandomGenerator random) {
    long size =
        sizeBytes == 0 || random.nextInt(8) == 0 ? SIZES[random.nextInt(SIZES.length)] : sizeBytes;
    ChunkGrid grid = new ChunkGrid(size, CHUNK_SIZE);
    NavigableMap<Long, Integer> next = new TreeMap<>(contents.headMap(grid.chunks(), false));
    if (grid.chunks() > 0) {
      int changes = random.nextInt(6);
      for (int i = 0; i < changes; i++) {
        long chunk =
            random.nextInt(4) == 0
                ? random.nextLong(grid.chunks())
                : random.nextLong(Math.min(grid.chunks(), 10));
        int kind = random.nextInt(KINDS + 1);
        if (kind == 0) {
          next.remove(chunk);
        } else {
          next.put(chunk, kind);
        }
      }
    }
    return new Image(newName, size, next);
  }

  ChunkGrid grid() {
    return new ChunkGrid(sizeBytes, CHUNK_SIZE);
  }

  /// The bytes of a chunk.
  ByteBuffer chunk(long chunk) {
    Integer kind = contents.get(chunk);
    byte[] bytes = kind == null ? new byte[CHUNK_SIZE.bytes()] : PLAINTEXTS[kind];
    return ByteBuffer.wrap(bytes, 0, grid().lengthBytes(chunk)).asReadOnlyBuffer();
  }
}
