package io.tidemark.agent.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintFileTest {
  private static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef0");
  private static final ChunkSize CHUNK = new ChunkSize(32 << 10);
  private static final ChunkId MAP = new ChunkId(1, 2, 3, 4);
  private static final int PAGE = FingerprintFile.PAGE_CHUNKS;

  @TempDir Path folder;

  @Test
  void remembersWhatWasPutAndKnowsTheRestAsZero() throws IOException {
    long seed = Long.getLong("tidemark.seed", System.nanoTime());
    System.out.println("tidemark.seed=" + seed);
    Random random = new Random(seed);
    ChunkGrid grid = grid(5L * PAGE + 17);
    long[] expected = new long[(int) grid.chunks() * 2];
    try (FingerprintWriter writer = file().create(grid, 99, random)) {
      for (long first = 0; first < grid.chunks(); first += 64) {
        // The pages 1 and 3 stay holes, and every other batch of the rest is left out.
        if (first / PAGE % 2 == 0 && random.nextBoolean()) {
          int chunks = (int) Math.min(64, grid.chunks() - first);
          long[] words = random.longs(chunks * 2L).toArray();
          writer.put(first, chunks, words);
          System.arraycopy(words, 0, expected, (int) first * 2, chunks * 2);
        }
      }
      writer.keep(Optional.of(MAP));
    }
    try (FingerprintReader reader = file().open().orElseThrow()) {
      assertThat(reader.seed()).isEqualTo(99);
      assertThat(reader.map()).contains(MAP);
      assertThat(reader.sizeBytes()).isEqualTo(grid.sizeBytes());
      long[] words = new long[128];
      for (long first = 0; first < grid.chunks(); first += 64) {
        assertThat(reader.read(first, 64, words)).isTrue();
        int known = (int) Math.min(128, expected.length - first * 2);
        assertThat(Arrays.copyOf(words, known))
            .containsExactly(
                Arrays.copyOfRange(expected, (int) first * 2, (int) first * 2 + known));
        assertThat(Arrays.stream(words).skip(known)).allMatch(word -> word == 0);
      }
      long chunk = 0;
      for (int i = 0; i < expected.length; i += 2) {
        if (expected[i] != 0) {
          assertThat(reader.skipZeros(chunk, grid.chunks())).isEqualTo(i / 2);
          chunk = i / 2 + 1L;
        }
      }
      assertThat(reader.skipZeros(chunk, grid.chunks() + 1000)).isEqualTo(grid.chunks() + 1000);
      assertThat(reader.read(1000L * PAGE, 64, words)).isTrue();
      assertThat(words).containsOnly(0L);
    }
    assertThat(folder).isDirectoryContaining("glob:**fingerprints");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void belongsToOneMapOfOneSizeOnly() throws IOException {
    write(grid(100), Optional.of(MAP));
    try (FingerprintReader reader = file().open().orElseThrow()) {
      assertThat(reader.belongsTo(root(100, Optional.of(MAP)))).isTrue();
      assertThat(reader.belongsTo(root(101, Optional.of(MAP)))).isFalse();
      assertThat(reader.belongsTo(root(100, Optional.of(new ChunkId(1, 2, 3, 5))))).isFalse();
      assertThat(reader.belongsTo(root(100, Optional.empty()))).isFalse();
    }
    write(grid(100), Optional.empty());
    try (FingerprintReader reader = file().open().orElseThrow()) {
      assertThat(reader.belongsTo(root(100, Optional.empty()))).isTrue();
    }
  }

  @Test
  void isOfOneRepositoryVolumeAndChunkSize() throws IOException {
    write(grid(100), Optional.of(MAP));
    Path path = file().path();
    assertThat(new FingerprintFile(path, "other", VOLUME, CHUNK).open()).isEmpty();
    VolumeId volume = new VolumeId("vol-0123456789abcdef1");
    assertThat(new FingerprintFile(path, "repository", volume, CHUNK).open()).isEmpty();
    ChunkSize size = new ChunkSize(64 << 10);
    assertThat(new FingerprintFile(path, "repository", VOLUME, size).open()).isEmpty();
  }

  @Test
  void leavesTheOldFileAloneUnlessKept() throws IOException {
    write(grid(100), Optional.of(MAP));
    try (FingerprintWriter writer = file().create(grid(50), 1, new Random(1))) {
      writer.put(0, 2, new long[] {5, 6, 7, 8});
    }
    try (FingerprintReader reader = file().open().orElseThrow()) {
      assertThat(reader.sizeBytes()).isEqualTo(grid(100).sizeBytes());
    }
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void noFlippedByteGoesUnnoticed() throws IOException {
    Random random = new Random(3);
    ChunkGrid grid = grid(3L * PAGE);
    long[] words = random.longs(128).toArray();
    try (FingerprintWriter writer = file().create(grid, 1, random)) {
      writer.put(64, 64, words);
      writer.put(2L * PAGE, 64, words);
      writer.keep(Optional.of(MAP));
    }
    byte[] whole = Files.readAllBytes(file().path());
    int pageBytes = FingerprintFile.PAGE_BYTES;
    // In the header and in the bits the file is ignored, in a page that page.
    for (int at : new int[] {0, 20, 70, 4095, whole.length - 1, whole.length - 8}) {
      assertThat(flipped(whole, at)).as("flipped %d", at).isEmpty();
    }
    for (int at : new int[] {0, 1024, FingerprintFile.PAGE_TAIL, FingerprintFile.PAGE_TAIL + 39}) {
      try (FingerprintReader reader = flipped(whole, pageBytes + at).orElseThrow()) {
        long[] read = new long[128];
        assertThat(reader.read(64, 64, read)).isFalse();
        assertThat(reader.skipZeros(0, PAGE)).isZero();
        assertThat(reader.read(PAGE, 64, read)).isTrue();
        assertThat(read).containsOnly(0L);
        assertThat(reader.read(2L * PAGE, 64, read)).isTrue();
        assertThat(read).containsExactly(words);
      }
    }
  }

  @Test
  void aLostPageIsNotTakenForZeros() throws IOException {
    Random random = new Random(3);
    try (FingerprintWriter writer = file().create(grid(PAGE), 1, random)) {
      writer.put(0, 64, random.longs(128).toArray());
      writer.keep(Optional.of(MAP));
    }
    try (RandomAccessFile raw = new RandomAccessFile(file().path().toFile(), "rw")) {
      raw.seek(FingerprintFile.PAGE_BYTES);
      raw.write(new byte[FingerprintFile.PAGE_BYTES]);
    }
    try (FingerprintReader reader = file().open().orElseThrow()) {
      assertThat(reader.read(0, 64, new long[128])).isFalse();
    }
  }

  @Test
  void aPageOfAnotherFileIsNotTaken() throws IOException {
    write(grid(100), Optional.of(MAP));
    byte[] old = Files.readAllBytes(file().path());
    write(grid(100), Optional.of(MAP));
    try (RandomAccessFile raw = new RandomAccessFile(file().path().toFile(), "rw")) {
      raw.seek(FingerprintFile.PAGE_BYTES);
      raw.write(old, FingerprintFile.PAGE_BYTES, FingerprintFile.PAGE_BYTES);
    }
    try (FingerprintReader reader = file().open().orElseThrow()) {
      assertThat(reader.read(0, 64, new long[128])).isFalse();
    }
  }

  @Test
  void aCutOrMissingFileIsNone() throws IOException {
    assertThat(file().open()).isEmpty();
    write(grid(100), Optional.of(MAP));
    byte[] whole = Files.readAllBytes(file().path());
    for (int length : new int[] {0, 8, 4096, whole.length / 2, whole.length - 1}) {
      Files.write(file().path(), Arrays.copyOf(whole, length));
      assertThat(file().open()).as("%d bytes", length).isEmpty();
    }
  }

  @Test
  void sixteenTebibytesOfZerosCostNothing() throws IOException {
    ChunkGrid grid = new ChunkGrid(16L << 40, CHUNK);
    try (FingerprintWriter writer = file().create(grid, 1, new Random(1))) {
      writer.put(0, 64, new Random(1).longs(128).toArray());
      writer.put(grid.chunks() - 64, 64, new Random(2).longs(128).toArray());
      writer.keep(Optional.of(MAP));
    }
    assertThat(Files.size(file().path())).isGreaterThan(8L << 30);
    try (FingerprintReader reader = file().open().orElseThrow()) {
      assertThat(reader.skipZeros(64, grid.chunks())).isEqualTo(grid.chunks() - 64);
      long[] words = new long[128];
      assertThat(reader.read(grid.chunks() - 64, 64, words)).isTrue();
      assertThat(words).containsExactly(new Random(2).longs(128).toArray());
    }
  }

  @Test
  void refusesAGridOfOtherChunks() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> file().create(new ChunkGrid(1 << 20, new ChunkSize(4096)), 1, new Random(1)));
  }

  private Optional<FingerprintReader> flipped(byte[] whole, int at) throws IOException {
    byte[] bytes = whole.clone();
    bytes[at] ^= 0x10;
    Files.write(file().path(), bytes);
    return file().open();
  }

  private void write(ChunkGrid grid, Optional<ChunkId> map) throws IOException {
    Random random = new Random();
    try (FingerprintWriter writer = file().create(grid, 1, random)) {
      writer.put(0, 64, random.longs(128).toArray());
      writer.keep(map);
    }
  }

  private FingerprintFile file() {
    return new FingerprintFile(folder.resolve("fingerprints"), "repository", VOLUME, CHUNK);
  }

  private static ChunkGrid grid(long chunks) {
    return new ChunkGrid(chunks * CHUNK.bytes(), CHUNK);
  }

  private static Root root(long chunks, Optional<ChunkId> map) {
    PackId pack = new PackId(VOLUME, 1, 0);
    return new Root(
        VOLUME,
        grid(chunks).sizeBytes(),
        map.map(id -> new Reference(id, pack, 64, 100)),
        new Reference(MAP, pack, 64, 100),
        1);
  }
}
