package io.tidemark.repository.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Volume.Session;
import io.tidemark.repository.map.Volume.Snapshot;
import io.tidemark.repository.pack.PackBuilder;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackKind;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StoreNodeSourceTest {
  private static final VolumeId VOLUME = new VolumeId("vol-00000000000000001");
  private static final long CHUNK = Volume.CHUNK_SIZE.bytes();

  private static Snapshot full(Volume volume, long chunks) {
    volume.nodeBufferBytes = PackBuilder.TARGET_BYTES;
    Session session = volume.begin(Optional.empty(), chunks * CHUNK);
    for (long chunk = 0; chunk < chunks; chunk++) {
      session.put(chunk, Optional.of(session.fresh()));
    }
    return session.commit();
  }

  @Test
  void aWalkReadsAheadAndAPathTakesOneRequest() {
    try (Volume volume = new Volume(VOLUME, new SplittableRandom(1))) {
      Snapshot snapshot = full(volume, 200_000);
      CountingObjectStore walked = new CountingObjectStore(volume.store);
      List<Reference> seen = new ArrayList<>();
      try (StoreNodeSource nodes = new StoreNodeSource(walked)) {
        new MapReader(snapshot.root(), Volume.CHUNK_SIZE, nodes)
            .forEach(0, 200_000, (chunk, reference) -> seen.add(reference));
      }
      assertThat(seen).hasSize(200_000);
      // 3,125 leaves of some 2.3 KB and 50 nodes above them.
      assertThat(walked.tally().requests()).isLessThan(30);
      assertThat(walked.tally().receivedBytes()).isLessThan(12 << 20);
      Snapshot small = full(volume, 300);
      CountingObjectStore path = new CountingObjectStore(volume.store);
      try (StoreNodeSource nodes = new StoreNodeSource(path)) {
        MapReader reader = new MapReader(small.root(), Volume.CHUNK_SIZE, nodes);
        assertThat(reader.find(7)).contains(small.chunks().get(7L));
        assertThat(reader.find(299)).contains(small.chunks().get(299L));
      }
      assertThat(path.tally().requests()).isEqualTo(1);
    }
  }

  @Test
  void servesManyThreads() throws InterruptedException, ExecutionException {
    try (Volume volume = new Volume(VOLUME, new SplittableRandom(1));
        StoreNodeSource nodes = new StoreNodeSource(volume.store);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Snapshot snapshot = full(volume, 10_000);
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        SplittableRandom random = new SplittableRandom(thread);
        running.add(
            threads.submit(
                () -> {
                  MapReader reader = new MapReader(snapshot.root(), Volume.CHUNK_SIZE, nodes);
                  for (int i = 0; i < 2000; i++) {
                    long chunk = random.nextLong(10_000);
                    assertThat(reader.find(chunk)).contains(snapshot.chunks().get(chunk));
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
  }

  @Test
  void namesKeyAndRangeOfWhatIsGoneOrDamaged() {
    try (Volume volume = new Volume(VOLUME, new SplittableRandom(1))) {
      Snapshot snapshot = full(volume, 5_000);
      Reference top = snapshot.root().map().orElseThrow();
      Reference list = snapshot.root().packList();
      byte[] sound = volume.store.get(top.pack().key());
      MemoryObjectStore damaged = new MemoryObjectStore(() -> Instant.EPOCH);
      byte[] flipped = sound.clone();
      flipped[top.offsetBytes() + top.lengthBytes() / 2] ^= 1;
      damaged.createIfAbsent(top.pack().key(), ByteBuffer.wrap(flipped));
      try (StoreNodeSource nodes = new StoreNodeSource(damaged)) {
        assertThatThrownBy(() -> nodes.load(top, 3))
            .isInstanceOf(StoreException.Corrupt.class)
            .hasMessageContaining(top.pack().key())
            .hasMessageContaining("bytes " + top.offsetBytes() + "-")
            .hasMessageContaining("tidemark repository check");
        assertThatThrownBy(() -> nodes.loadPackList(list))
            .isInstanceOf(StoreException.Missing.class)
            .hasMessageContaining(list.pack().key())
            .hasMessageContaining("tidemark repository check");
        assertThatThrownBy(
                () -> nodes.load(new Reference(top.id(), top.pack(), sound.length - 20, 200), 3))
            .isInstanceOf(StoreException.Corrupt.class)
            .hasMessageContaining("ends at " + sound.length);
        assertThatThrownBy(() -> nodes.load(new Reference(top.id(), top.pack(), 80, 1 << 30), 3))
            .isInstanceOf(StoreException.Corrupt.class);
      }
    }
  }

  @Test
  void refusesAMapThatReachesBeyondItsVolume() {
    MemoryObjectStore store = new MemoryObjectStore(() -> Instant.EPOCH);
    @Nullable Reference[] slots = new @Nullable Reference[MapNode.FAN_OUT];
    PackId pack = new PackId(VOLUME, 2, 1);
    slots[10] = new Reference(new ChunkId(1, 2, 3, 4), new PackId(VOLUME, 2, 0), 80, 100);
    ByteBuffer plaintext = ByteBuffer.allocate(MapNodeCodec.LARGEST_BYTES);
    MapNodeCodec.write(VOLUME, 1, slots, plaintext);
    plaintext.flip();
    PackBuilder builder =
        new PackBuilder(ByteBuffer.allocate(1 << 16), VOLUME, 2, new Token(1, 2), PackKind.NODES);
    try (FrameEncoder encoder = new FrameEncoder(1);
        StoreNodeSource nodes = new StoreNodeSource(store)) {
      builder.add(new ChunkHasher().id(plaintext), plaintext, encoder);
      store.createIfAbsent(pack.key(), builder.encode(1, new CommitId(1, 2)));
      Reference top = builder.reference(0, pack);
      Reference list = new Reference(new ChunkId(0, 0, 0, 0), new PackId(VOLUME, 2, 2), 80, 100);
      Root right = new Root(VOLUME, 11 * CHUNK, Optional.of(top), list, 3);
      assertThat(new MapReader(right, Volume.CHUNK_SIZE, nodes).find(10)).contains(slots[10]);
      for (long size : new long[] {10 * CHUNK, 1, 0}) {
        Root wrong = new Root(VOLUME, size, Optional.of(top), list, 3);
        assertThatThrownBy(() -> new MapReader(wrong, Volume.CHUNK_SIZE, nodes).find(0))
            .isInstanceOf(StoreException.Corrupt.class)
            .hasMessageContaining(pack.key());
      }
      Root higher = new Root(VOLUME, 65 * CHUNK, Optional.of(top), list, 3);
      assertThatThrownBy(() -> new MapReader(higher, Volume.CHUNK_SIZE, nodes).find(0))
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageContaining("level 1, not 2");
    }
  }
}
