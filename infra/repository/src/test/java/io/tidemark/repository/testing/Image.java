package io.tidemark.repository.testing;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.map.MapWalk;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.pack.ChunkPlace;
import io.tidemark.repository.pack.ChunkReader;
import io.tidemark.repository.pack.FrameRun;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// The content of a disk at an instant. There are few different chunks, so that the same content
/// turns up in many sessions.
///
/// @param name by which a snapshot's label names it
/// @param contents kind of content of every chunk that is not zero; kinds count from 1
public record Image(String name, long sizeBytes, NavigableMap<Long, Integer> contents) {
  public static final ChunkSize CHUNK_SIZE = new ChunkSize(4096);
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

  public Image {
    contents = Collections.unmodifiableNavigableMap(new TreeMap<>(contents));
  }

  public static Image empty(String name) {
    return new Image(name, 0, new TreeMap<>());
  }

  /// The same disk later.
  public Image changed(String newName, RandomGenerator random) {
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

  public ChunkGrid grid() {
    return new ChunkGrid(sizeBytes, CHUNK_SIZE);
  }

  /// The bytes of a chunk.
  public ByteBuffer chunk(long chunk) {
    Integer kind = contents.get(chunk);
    byte[] bytes = kind == null ? new byte[CHUNK_SIZE.bytes()] : PLAINTEXTS[kind];
    return ByteBuffer.wrap(bytes, 0, grid().lengthBytes(chunk)).asReadOnlyBuffer();
  }

  /// What is wrong, if the snapshot with this root is not this image byte for byte; that it cannot
  /// be read is.
  public Optional<String> differs(ObjectStore store, Root root) {
    List<String> wrong;
    try {
      wrong = differences(store, root);
    } catch (StoreException e) {
      wrong = List.of(String.valueOf(e.getMessage()));
    }
    return wrong.isEmpty() ? Optional.empty() : Optional.of("is not " + name + ": " + wrong);
  }

  /// Where the snapshot with this root is not this image.
  ///
  /// @throws StoreException when something of it cannot be read
  public List<String> differences(ObjectStore store, Root root) {
    if (root.sizeBytes() != sizeBytes) {
      return List.of("it has " + root.sizeBytes() + " bytes, not " + sizeBytes);
    }
    List<ChunkPlace> places = new ArrayList<>();
    Set<Long> missing = new HashSet<>(contents.keySet());
    List<String> wrong = new ArrayList<>();
    try (StoreNodeSource nodes = new StoreNodeSource(store);
        ChunkReader reader = new ChunkReader(store, grid())) {
      MapWalk.walk(
          root,
          CHUNK_SIZE,
          nodes,
          new MapWalk.Visitor() {
            @Override
            public void node(int level, Reference node) {}

            @Override
            public void chunk(long chunk, Reference reference) {
              places.add(new ChunkPlace(chunk, reference));
              if (!missing.remove(chunk)) {
                wrong.add("chunk " + chunk + " is not zero");
              }
            }
          });
      missing.forEach(chunk -> wrong.add("chunk " + chunk + " is zero"));
      for (FrameRun run : FrameRun.plan(places)) {
        reader.read(
            run,
            (long chunk, ByteBuffer plaintext) -> {
              if (!plaintext.equals(chunk(chunk))) {
                wrong.add("chunk " + chunk + " has other bytes");
              }
            });
      }
    }
    return wrong;
  }
}
