package io.tidemark.agent.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.MapEditor;
import io.tidemark.repository.map.MapOutcome;
import io.tidemark.repository.map.MapReader;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.pack.PackBuilder;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackKind;
import io.tidemark.repository.pack.PackSender;
import io.tidemark.repository.pack.PackSender.SentPack;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Seeded;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCacheTest {
  private static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef0");
  private static final ChunkGrid GRID = new ChunkGrid(64L * 64 * 4096, new ChunkSize(4096));
  private static final long TOLERATED_BYTES = 200 << 10;

  private final Path folder;
  private final RandomGenerator random = Seeded.random("NodeCacheTest");
  private final CountingObjectStore store =
      new CountingObjectStore(new MemoryObjectStore(InstantSource.system()));
  private final NodeCache cache;
  private final NodeSource nodes;
  private long session;

  NodeCacheTest(@TempDir Path folder) {
    this.folder = folder;
    cache = new NodeCache(folder.resolve("nodes"), TOLERATED_BYTES);
    nodes = cache.before(new StoreNodeSource(store, cache));
  }

  @AfterEach
  void close() {
    cache.close();
  }

  @Test
  void whatWasWrittenIsNotReadFromTheStore() {
    MapEditor.Parent first = write(Optional.empty(), LongStream.range(0, 4096));
    MapEditor.Parent second = write(Optional.of(first), LongStream.of(5, 700, 4000));
    readAll(first);
    readAll(second);
    assertThat(nodes.loadPackList(second.root().packList())).isEqualTo(second.packs());
    assertThat(gets()).isZero();
  }

  @Test
  void survivesItsProcess() {
    MapEditor.Parent first = write(Optional.empty(), LongStream.range(0, 4096));
    cache.close();
    readAll(first, reopened());
    assertThat(gets()).isZero();
  }

  @Test
  void whatIsLostComesFromTheStoreOnce() throws IOException {
    MapEditor.Parent first = write(Optional.empty(), LongStream.range(0, 4096));
    for (Path file : files()) {
      Files.delete(file);
    }
    readAll(first);
    nodes.loadPackList(first.root().packList());
    long gets = gets();
    assertThat(gets).isPositive();
    NodeSource reopened = reopened();
    readAll(first, reopened);
    reopened.loadPackList(first.root().packList());
    assertThat(gets()).isEqualTo(gets);
  }

  @Test
  void whatIsDamagedComesFromTheStore() throws IOException {
    MapEditor.Parent first = write(Optional.empty(), LongStream.range(0, 4096));
    for (Path file : files()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 50; at < bytes.length; at += 500) {
        bytes[at] ^= 1;
      }
      Files.write(file, bytes);
    }
    Map<Long, Reference> read = readAll(first);
    assertThat(read).hasSize(4096);
    assertThat(gets()).isPositive();
    for (Path file : files()) {
      try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
        cut.setLength(cut.length() / 2);
      }
    }
    assertThat(readAll(first)).isEqualTo(read);
  }

  @Test
  void failuresOfTheStoreArePassedOn() throws IOException {
    MapEditor.Parent first = write(Optional.empty(), LongStream.of(1));
    for (Path file : files()) {
      Files.delete(file);
    }
    store.delete(List.of(first.root().map().orElseThrow().pack().key()));
    assertThatThrownBy(() -> readAll(first)).isInstanceOf(StoreException.Missing.class);
  }

  @Test
  void keepsAboutTwiceTheNodesOfOneSnapshot() throws IOException {
    Optional<MapEditor.Parent> parent =
        Optional.of(write(Optional.empty(), LongStream.range(0, 4096)));
    long nodeBytes = bytes();
    for (int i = 0; i < 40; i++) {
      // Half of all leaves, another half every time.
      LongStream changed =
          LongStream.range(0, 64)
              .filter(_ -> random.nextBoolean())
              .map(leaf -> leaf * 64 + random.nextInt(64));
      MapEditor.Parent next = write(parent, changed);
      cache.keepOnly(next.root(), GRID.chunkSize(), next.packs(), nodes);
      assertThat(bytes()).isLessThan(3 * nodeBytes + TOLERATED_BYTES);
      long gets = gets();
      assertThat(readAll(next)).hasSize(4096);
      assertThat(nodes.loadPackList(next.root().packList())).isEqualTo(next.packs());
      assertThat(gets()).isEqualTo(gets);
      parent = Optional.of(next);
    }
    assertThat(gets()).isZero();
    assertThat(Files.exists(folder.resolve("nodes.new"))).isFalse();
  }

  @Test
  void aDiskThatFailsIsNoFailure() throws IOException {
    Files.writeString(folder.resolve("nodes"), "a file where a folder is wanted");
    MapEditor.Parent first = write(Optional.empty(), LongStream.range(0, 100));
    cache.keepOnly(first.root(), GRID.chunkSize(), first.packs(), nodes);
    assertThat(readAll(first)).hasSize(100);
  }

  /// As the next process finds it.
  private NodeSource reopened() {
    return new NodeCache(folder.resolve("nodes")).before(new StoreNodeSource(store));
  }

  private Map<Long, Reference> readAll(MapEditor.Parent snapshot) {
    return readAll(snapshot, nodes);
  }

  private static Map<Long, Reference> readAll(MapEditor.Parent snapshot, NodeSource from) {
    Map<Long, Reference> read = new HashMap<>();
    new MapReader(snapshot.root(), GRID.chunkSize(), from).forEach(0, GRID.chunks(), read::put);
    return read;
  }

  private long gets() {
    return store.tally(StoreCall.GET).requests();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("nodes"))) {
      return files.toList();
    }
  }

  /// Allocated, as far as that can be told: sparse files count by what was written to them.
  private long bytes() throws IOException {
    long bytes = 0;
    for (Path file : files()) {
      byte[] content = Files.readAllBytes(file);
      for (int at = 0; at < content.length; at += 512) {
        int end = Math.min(content.length, at + 512);
        if (!ByteBuffer.wrap(content, at, end - at).equals(ByteBuffer.allocate(end - at))) {
          bytes += end - at;
        }
      }
    }
    return bytes;
  }

  /// A snapshot in which the chunks have new random ids.
  private MapEditor.Parent write(Optional<MapEditor.Parent> parent, LongStream chunks) {
    long number = ++session;
    Token token = Token.random(random);
    AtomicInteger next = new AtomicInteger(1);
    PackSender sender =
        pack -> {
          PackId id = new PackId(VOLUME, number, next.getAndIncrement());
          ByteBuffer bytes = pack.encode(id.k(), CommitId.random(random));
          store.createIfAbsent(id.key(), bytes);
          return new SentPack(id, bytes.remaining());
        };
    try (FrameEncoder encoder = new FrameEncoder(1)) {
      MapEditor editor =
          new MapEditor(
              parent,
              GRID,
              nodes,
              new PackBuilder(
                  ByteBuffer.allocateDirect(MapEditor.SMALLEST_BUFFER_BYTES),
                  VOLUME,
                  number,
                  token,
                  PackKind.NODES),
              encoder,
              sender,
              cache);
      PackId pack = new PackId(VOLUME, number, 0);
      editor.packSent(new SentPack(pack, 1 << 24));
      chunks.forEach(
          chunk ->
              editor.put(
                  chunk, Optional.of(new Reference(id(), pack, 80 + (int) chunk * 100, 100))));
      return switch (editor.finish()) {
        case MapOutcome.Unchanged(Root root) -> parent.orElseThrow();
        case MapOutcome.Changed changed ->
            new MapEditor.Parent(
                new Root(VOLUME, changed.sizeBytes(), changed.map(), changed.packList(), number),
                changed.packs());
      };
    }
  }

  private ChunkId id() {
    return new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }
}
