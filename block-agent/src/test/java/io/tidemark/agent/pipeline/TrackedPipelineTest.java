package io.tidemark.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.pipeline.SnapshotBench.Taken;
import io.tidemark.agent.source.Changes;
import io.tidemark.agent.source.Extent;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.journal.volume.ScanFacts;
import io.tidemark.repository.map.MapOutcome;
import io.tidemark.repository.testing.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackedPipelineTest {
  private static final int GRAIN = 64 << 10;

  @TempDir private Path folder;

  /// Keeps account of writes in grains, as a dirty bitmap does.
  private static final class Account {
    private final TreeMap<Long, Boolean> grains = new TreeMap<>();

    void wrote(long offset, long length) {
      for (long at = offset / GRAIN; at * GRAIN < offset + length; at++) {
        grains.put(at, true);
      }
    }

    Changes.Extents extents(long sizeBytes) {
      TreeMap<Long, Boolean> copy = new TreeMap<>(grains);
      return from -> {
        Map.Entry<Long, Boolean> next = copy.ceilingEntry(from / GRAIN);
        if (next == null || next.getKey() * GRAIN >= sizeBytes) {
          return Optional.empty();
        }
        long begin = Math.max(from, next.getKey() * GRAIN);
        return Optional.of(new Extent(begin, (next.getKey() + 1) * GRAIN - begin));
      };
    }
  }

  private static SnapshotContent run(
      SnapshotBench bench,
      SparseVolume volume,
      Optional<Taken> parent,
      Changes changes,
      ScanWish wish,
      Limits limits)
      throws Exception {
    return bench.run(
        volume.view(),
        parent,
        limits,
        bench.fingerprints(),
        bench.sender(++bench.session),
        Collections.emptyIterator(),
        changes,
        wish);
  }

  private record Result(Taken taken, Scan scan) {}

  private static Result take(
      SnapshotBench bench,
      SparseVolume volume,
      Optional<Taken> parent,
      Changes changes,
      ScanWish wish,
      Limits limits)
      throws Exception {
    try (SnapshotContent content = run(bench, volume, parent, changes, wish, limits)) {
      content.remember();
      Taken taken = bench.taken(content, parent);
      bench.cache.keepOnly(taken.root(), bench.chunkSize, taken.parent().packs(), bench.nodes);
      return new Result(taken, content.scan());
    }
  }

  /// As `take` for a parent and its account, in parallel.
  private static Result takeSince(
      Taken parent, SnapshotBench bench, SparseVolume volume, Account account, ScanWish wish)
      throws Exception {
    return take(
        bench, volume, Optional.of(parent), known(account, volume), wish, SnapshotBench.PARALLEL);
  }

  private static Changes known(Account account, SparseVolume volume) {
    return new Changes.Known("account", account.extents(volume.sizeBytes()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void readsWhatWasReportedAndASample(int number) throws Exception {
    RandomGenerator random = Seeded.random("readsWhatWasReportedAndASample " + number);
    ChunkSize chunkSize = new ChunkSize(4096 << random.nextInt(5));
    SnapshotBench bench = new SnapshotBench(chunkSize, folder, random);
    // A last chunk and a last grain that are short.
    SparseVolume volume = new SparseVolume((24 << 20) + 12_345);
    for (int i = 0; i < 40; i++) {
      volume.write(
          random.nextLong(volume.sizeBytes()), SnapshotPipelineTest.bytes(random, 200_000));
    }
    Taken parent = bench.take(volume, Optional.empty(), SnapshotBench.PARALLEL);
    for (int round = 0; round < 5; round++) {
      Account account = new Account();
      for (int i = random.nextInt(6); i > 0; i--) {
        long offset = random.nextLong(volume.sizeBytes());
        int length = 1 + random.nextInt(50_000);
        account.wrote(offset, length);
        if (random.nextInt(3) == 0) {
          account.wrote(offset, length + SparseVolume.BLOCK);
          volume.punch(offset, length);
        } else {
          volume.write(offset, SnapshotPipelineTest.bytes(random, length));
        }
      }
      boolean hasFingerprints = true;
      if (random.nextInt(4) == 0) {
        hasFingerprints = false;
        Files.deleteIfExists(bench.fingerprints.path());
      }
      Limits limits = random.nextBoolean() ? SnapshotBench.PARALLEL : SnapshotBench.SEQUENTIAL;
      Result result =
          take(
              bench, volume, Optional.of(parent), known(account, volume), ScanWish.CHANGED, limits);
      bench.assertHolds(result.taken(), volume);
      assertThat(result.scan()).isInstanceOf(Scan.Tracked.class);
      Scan.Tracked tracked = (Scan.Tracked) result.scan();
      assertThat(result.taken().counts().readBytes())
          .isLessThanOrEqualTo(
              tracked.reportedBytes() + tracked.sampledChunks() * chunkSize.bytes());
      if (hasFingerprints) {
        assertThat(Files.exists(bench.fingerprints.path())).isTrue();
      }
      // What is remembered is what a full scan finds.
      Taken again = bench.take(volume, Optional.of(result.taken()), SnapshotBench.PARALLEL);
      assertThat(again.outcome()).isInstanceOf(MapOutcome.Unchanged.class);
      assertThat(again.counts().changedChunks()).isZero();
      parent = again;
    }
  }

  @Test
  void readsAThousandPlacesOfAHugeVolume() throws Exception {
    RandomGenerator random = Seeded.random("readsAThousandPlacesOfAHugeVolume");
    SnapshotBench bench = new SnapshotBench(ChunkSize.DEFAULT, folder, random);
    SparseVolume volume = new SparseVolume(1L << 40);
    for (int i = 0; i < 200; i++) {
      volume.write(random.nextLong(volume.sizeBytes()), SnapshotPipelineTest.bytes(random, 9000));
    }
    Taken first = bench.take(volume, Optional.empty(), SnapshotBench.PARALLEL);
    Account account = new Account();
    for (int i = 0; i < 100; i++) {
      long offset = random.nextLong(volume.sizeBytes());
      volume.write(offset, SnapshotPipelineTest.bytes(random, 100));
      account.wrote(offset, 100);
    }
    Result result = takeSince(first, bench, volume, account, ScanWish.CHANGED);
    bench.assertHolds(result.taken(), volume);
    assertThat(result.scan())
        .isInstanceOfSatisfying(
            Scan.Tracked.class,
            tracked -> {
              assertThat(tracked.sampledChunks()).isBetween(900L, 1024L);
              assertThat(ScanFacts.missChance(tracked.sampledChunks())).isLessThan(0.0002);
            });
    assertThat(bench.take(volume, Optional.of(result.taken()), SnapshotBench.PARALLEL).outcome())
        .isInstanceOf(MapOutcome.Unchanged.class);
  }

  @Test
  void readsEverythingOnceTheSampleDisagrees() throws Exception {
    RandomGenerator random = Seeded.random("readsEverythingOnceTheSampleDisagrees");
    SnapshotBench bench = new SnapshotBench(new ChunkSize(4096), folder, random);
    SparseVolume volume = new SparseVolume(4 << 20);
    volume.write(0, SnapshotPipelineTest.bytes(random, 4 << 20));
    Taken first = bench.take(volume, Optional.empty(), SnapshotBench.PARALLEL);
    // All of it changes, and half of that is reported.
    volume.write(0, SnapshotPipelineTest.bytes(random, 4 << 20));
    Account account = new Account();
    account.wrote(0, 2 << 20);
    Result result = takeSince(first, bench, volume, account, ScanWish.CHANGED);
    bench.assertHolds(result.taken(), volume);
    assertThat(result.scan())
        .isInstanceOfSatisfying(
            Scan.Distrusted.class,
            distrusted ->
                assertThat(distrusted.wrongOffsetBytes()).isGreaterThanOrEqualTo(2 << 20));
  }

  @Test
  void aFullScanFindsTheOneChunkThatWasNotReported() throws Exception {
    RandomGenerator random = Seeded.random("aFullScanFindsTheOneChunkThatWasNotReported");
    SnapshotBench bench = new SnapshotBench(new ChunkSize(4096), folder, random);
    SparseVolume volume = new SparseVolume(4 << 20);
    volume.write(0, SnapshotPipelineTest.bytes(random, 4 << 20));
    Taken first = bench.take(volume, Optional.empty(), SnapshotBench.PARALLEL);
    volume.write(1 << 20, new byte[] {1, 2, 3});
    Account account = new Account();
    account.wrote(3 << 20, 1);
    Result lied = takeSince(first, bench, volume, account, ScanWish.ALL);
    bench.assertHolds(lied.taken(), volume);
    assertThat(lied.scan()).isEqualTo(new Scan.Distrusted("account", 1 << 20));
    volume.write(3 << 20, new byte[] {1, 2, 3});
    Result right = takeSince(lied.taken(), bench, volume, account, ScanWish.ALL);
    assertThat(right.scan()).isInstanceOf(Scan.Full.class);
    assertThat(right.taken().counts().readBytes()).isEqualTo(4 << 20);
  }

  @Test
  void reliesOnNothingWithoutAParentOfThatSize() throws Exception {
    RandomGenerator random = Seeded.random("reliesOnNothingWithoutAParentOfThatSize");
    SnapshotBench bench = new SnapshotBench(new ChunkSize(4096), folder, random);
    SparseVolume volume = new SparseVolume(1 << 20);
    volume.write(0, SnapshotPipelineTest.bytes(random, 1 << 20));
    Result first =
        take(
            bench,
            volume,
            Optional.empty(),
            known(new Account(), volume),
            ScanWish.CHANGED,
            SnapshotBench.PARALLEL);
    bench.assertHolds(first.taken(), volume);
    assertThat(first.scan()).isInstanceOf(Scan.Full.class);
    volume.resize(2 << 20);
    volume.write(1 << 20, new byte[] {1});
    Result grown =
        take(
            bench,
            volume,
            Optional.of(first.taken()),
            known(new Account(), volume),
            ScanWish.CHANGED,
            SnapshotBench.PARALLEL);
    bench.assertHolds(grown.taken(), volume);
    assertThat(grown.scan()).isEqualTo(new Scan.Full("the size has changed"));
  }
}
