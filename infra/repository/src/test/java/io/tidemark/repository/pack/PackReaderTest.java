package io.tidemark.repository.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Damage;
import io.tidemark.repository.testing.Seeded;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PackReaderTest {
  private static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef0");
  private static final Token TOKEN = Token.parse("00112233445566778899aabbccddeeff");
  private static final CommitId COMMIT = CommitId.parse("ffeeddccbbaa99887766554433221100");
  private static final int CHUNK = 4096;

  private final MemoryObjectStore store = new MemoryObjectStore(() -> Instant.EPOCH);
  private final FrameEncoder encoder = new FrameEncoder(1);
  private final ChunkHasher hasher = new ChunkHasher();

  @AfterEach
  void close() {
    encoder.close();
  }

  @Test
  void tellsAllThatAPackHolds() {
    for (int entries : new int[] {0, 1, 10, 1637, 1638, 1639, 5000}) {
      PackBuilder builder = builder(entries, 64);
      PackId id = new PackId(VOLUME, 7, entries);
      ByteBuffer object = builder.encode(id.k(), COMMIT);
      store.createIfAbsent(id.key(), object);
      PackReader reader = new PackReader(store);
      PackContents contents = reader.contents(id, object.remaining());
      assertThat(contents.header())
          .isEqualTo(new PackHeader(id, PackKind.CHUNKS, TOKEN, COMMIT))
          .isEqualTo(reader.header(id));
      assertThat(contents.frames()).hasSize(entries);
      for (int entry = 0; entry < entries; entry++) {
        assertThat(contents.frames().get(entry)).isEqualTo(builder.reference(entry, id));
      }
    }
  }

  @Test
  void refusesAPackThatLiesUnderAnothersKey() {
    ByteBuffer object = builder(3, 64).encode(1, COMMIT);
    PackId wrong = new PackId(VOLUME, 7, 2);
    store.createIfAbsent(wrong.key(), object);
    PackReader reader = new PackReader(store);
    assertThatThrownBy(() -> reader.header(wrong))
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining(wrong.key())
        .hasMessageContaining(new PackId(VOLUME, 7, 1).key());
    assertThatThrownBy(() -> reader.contents(wrong, object.remaining()))
        .isInstanceOf(StoreException.Corrupt.class);
    assertThatThrownBy(() -> reader.contents(new PackId(VOLUME, 7, 3), 1000))
        .isInstanceOf(StoreException.Missing.class);
  }

  @Test
  void everyDamageOfAPackIsFoundByItsHeaderItsFooterOrItsIds() {
    PackBuilder builder = builder(3, 200);
    byte[] sound = bytes(builder.encode(1, COMMIT));
    PackId id = new PackId(VOLUME, 7, 1);
    List<ChunkPlace> places = new ArrayList<>();
    for (int entry = 0; entry < 3; entry++) {
      places.add(new ChunkPlace(entry, builder.reference(entry, id)));
    }
    int frames = PackHeader.BYTES;
    int footer = frames + builder.frameBytes();
    Damage.everyFlip(
        sound,
        0,
        frames,
        damaged ->
            assertThatThrownBy(() -> new PackReader(holding(id, damaged)).header(id))
                .isInstanceOf(StoreException.Corrupt.class));
    Damage.everyFlip(
        sound,
        footer,
        sound.length,
        damaged ->
            assertThatThrownBy(
                    () -> new PackReader(holding(id, damaged)).contents(id, damaged.length))
                .isInstanceOf(StoreException.Corrupt.class));
    Damage.everyFlip(
        sound, frames, footer, damaged -> assertReadsRightOrFails(holding(id, damaged), places));
    for (int length = 1; length < sound.length; length++) {
      byte[] cut = Arrays.copyOf(sound, length);
      assertThatThrownBy(() -> new PackReader(holding(id, cut)).contents(id, cut.length))
          .isInstanceOf(StoreException.Corrupt.class);
      assertThatThrownBy(() -> new PackReader(holding(id, cut)).contents(id, sound.length))
          .isInstanceOf(StoreException.class);
      assertReadsRightOrFails(holding(id, cut), places);
    }
  }

  private void assertReadsRightOrFails(MemoryObjectStore damaged, List<ChunkPlace> places) {
    Map<Long, String> seen = new TreeMap<>();
    try (ChunkReader reader =
        new ChunkReader(damaged, new ChunkGrid(3 * CHUNK, new ChunkSize(CHUNK)))) {
      for (FrameRun run : FrameRun.plan(places)) {
        reader.read(
            run,
            new ChunkReader.Receiver() {
              @Override
              public void chunk(long chunk, ByteBuffer plaintext) {
                assertThat(plaintext).isEqualTo(ByteBuffer.wrap(content((int) chunk, 200)));
                seen.put(chunk, "read");
              }

              @Override
              public void unreadable(ChunkPlace place, StoreException why) {
                assertThat(why)
                    .isInstanceOfAny(StoreException.Corrupt.class, StoreException.Missing.class)
                    .hasMessageContaining(place.reference().pack().key())
                    .hasMessageContaining("bytes " + place.reference().offsetBytes() + "-")
                    .hasMessageContaining(
                        // Only a verification reads chunks.
                        why instanceof StoreException.Corrupt
                            ? "tidemark snapshot verify"
                            : "tidemark repository check");
                seen.put(place.chunk(), "failed");
              }
            });
      }
    }
    assertThat(seen).hasSize(3);
  }

  private static MemoryObjectStore holding(PackId id, byte[] object) {
    MemoryObjectStore store = new MemoryObjectStore(() -> Instant.EPOCH);
    store.createIfAbsent(id.key(), ByteBuffer.wrap(object));
    return store;
  }

  @Test
  void readsNeighboursTogetherAndEachChunkOnce() {
    RandomGenerator random = Seeded.random("PackReaderTest");
    int chunks = 400;
    ChunkGrid grid = new ChunkGrid(chunks * (long) CHUNK - 100, new ChunkSize(CHUNK));
    Map<Long, byte[]> expected = new HashMap<>();
    List<ChunkPlace> places = new ArrayList<>();
    PackBuilder builder = builder(0, 0);
    for (int k = 0; k < 4; k++) {
      PackId id = new PackId(VOLUME, 9, k);
      builder.clear();
      for (int i = 0; i < 100; i++) {
        long position = k * 100L + i;
        byte[] chunk = Arrays.copyOf(content((int) position, CHUNK), grid.lengthBytes(position));
        expected.put(position, chunk);
        int entry = builder.add(hasher.id(ByteBuffer.wrap(chunk)), ByteBuffer.wrap(chunk), encoder);
        places.add(new ChunkPlace(position, builder.reference(entry, id)));
      }
      store.createIfAbsent(id.key(), builder.encode(k, COMMIT));
    }
    // One frame at a second position.
    places.set(17, new ChunkPlace(17, places.get(33).reference()));
    expected.put(17L, expected.get(33L));
    Collections.shuffle(places, new Random(random.nextLong()));
    List<FrameRun> runs = FrameRun.plan(places);
    assertThat(runs).hasSize(4);
    CountingObjectStore counting = new CountingObjectStore(store);
    Map<Long, byte[]> read = new HashMap<>();
    try (ChunkReader reader = new ChunkReader(counting, grid)) {
      for (FrameRun run : runs) {
        reader.read(
            run, (chunk, plaintext) -> assertThat(read.put(chunk, bytes(plaintext))).isNull());
      }
    }
    assertThat(counting.tally().requests()).isEqualTo(4);
    assertThat(read.keySet()).isEqualTo(expected.keySet());
    read.forEach((chunk, bytes) -> assertThat(bytes).isEqualTo(expected.get(chunk)));
  }

  @Test
  void plansNeitherLongRequestsNorLongGaps() {
    List<ChunkPlace> places = new ArrayList<>();
    PackId pack = new PackId(VOLUME, 9, 1);
    int offset = 80;
    for (int i = 0; i < 40; i++) {
      places.add(new ChunkPlace(i, new Reference(new ChunkId(0, 0, 0, i), pack, offset, 1 << 20)));
      offset +=
          (1 << 20)
              + (i == 7 ? FrameRun.LARGEST_GAP_BYTES + 1 : i == 5 ? FrameRun.LARGEST_GAP_BYTES : 0);
    }
    List<FrameRun> runs = FrameRun.plan(places);
    assertThat(runs).extracting(run -> run.places().size()).containsExactly(8, 16, 16);
    assertThat(runs.getFirst().range())
        .isEqualTo(new ByteRange(80, (8 << 20) + FrameRun.LARGEST_GAP_BYTES));
    assertThat(FrameRun.plan(List.of())).isEmpty();
  }

  @Test
  void refusesAChunkOfTheWrongLengthAndAnAbsurdReference() {
    PackBuilder builder = builder(1, 200);
    PackId id = new PackId(VOLUME, 7, 1);
    store.createIfAbsent(id.key(), builder.encode(1, COMMIT));
    try (ChunkReader reader =
        new ChunkReader(store, new ChunkGrid(CHUNK + 200, new ChunkSize(CHUNK)))) {
      ChunkPlace wrongLength = new ChunkPlace(0, builder.reference(0, id));
      assertThatThrownBy(() -> read(reader, wrongLength))
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageContaining("200 bytes, not 4096");
      read(reader, new ChunkPlace(1, builder.reference(0, id)));
      ChunkPlace absurd =
          new ChunkPlace(0, new Reference(builder.id(0), id, 80, Integer.MAX_VALUE - 80));
      assertThatThrownBy(() -> read(reader, absurd)).isInstanceOf(StoreException.Corrupt.class);
      PackId gone = new PackId(VOLUME, 7, 9);
      assertThatThrownBy(() -> read(reader, new ChunkPlace(1, builder.reference(0, gone))))
          .isInstanceOf(StoreException.Missing.class)
          .hasMessageContaining(gone.key())
          .hasMessageContaining("bytes 80-");
    }
  }

  private static void read(ChunkReader reader, ChunkPlace place) {
    FrameRun.plan(List.of(place)).forEach(run -> reader.read(run, (chunk, plaintext) -> {}));
  }

  private PackBuilder builder(int entries, int chunkBytes) {
    PackBuilder builder =
        new PackBuilder(ByteBuffer.allocateDirect(2 << 20), VOLUME, 7, TOKEN, PackKind.CHUNKS);
    for (int i = 0; i < entries; i++) {
      ByteBuffer chunk = ByteBuffer.wrap(content(i, chunkBytes));
      builder.add(hasher.id(chunk), chunk, encoder);
    }
    return builder;
  }

  /// Every other one can be compressed.
  private static byte[] content(int number, int bytes) {
    byte[] chunk = new byte[bytes];
    new SplittableRandom(number).nextBytes(chunk);
    if (number % 2 == 0) {
      Arrays.fill(chunk, bytes / 4, bytes, (byte) number);
    }
    return chunk;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }
}
