package io.tidemark.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.agent.cache.FingerprintReader;
import io.tidemark.agent.source.Extent;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.volume.ScanFacts;
import io.tidemark.repository.map.MapReader;
import io.tidemark.repository.testing.Seeded;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How often a tracker that lies gets past the sample, against what is stated of that.
class TrackerSampleTest {
  private static final int CHUNK = 4096;
  private static final int CHUNKS = 16_384;
  private static final int REPORTED = CHUNKS / 8;
  private static final int TRIALS = 2000;

  @TempDir private Path folder;

  /// All data; a chunk's bytes are one number over and over.
  private static final class Numbered implements VolumeView {
    private BitSet changed = new BitSet();

    @Override
    public long sizeBytes() {
      return (long) CHUNK * CHUNKS;
    }

    @Override
    public Consistency consistency() {
      return Consistency.CRASH;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH;
    }

    @Override
    public List<String> remarks() {
      return List.of();
    }

    @Override
    public void read(long offsetBytes, ByteBuffer into) {
      long at = offsetBytes;
      while (into.hasRemaining()) {
        int chunk = (int) (at / CHUNK);
        into.putLong(changed.get(chunk) ? -1L - chunk : 1L + chunk);
        at += Long.BYTES;
      }
    }

    @Override
    public Optional<Extent> nextData(long fromBytes) {
      return Optional.of(new Extent(fromBytes, sizeBytes() - fromBytes));
    }

    @Override
    public void confirm() {}

    @Override
    public void close() {}
  }

  private static BitSet oneInAHundred(RandomGenerator random) {
    BitSet changed = new BitSet();
    while (changed.cardinality() < (CHUNKS - REPORTED) / 100) {
      changed.set(REPORTED + random.nextInt(CHUNKS - REPORTED));
    }
    return changed;
  }

  @Test
  void missesALieAsOftenAsIsStated() throws Exception {
    RandomGenerator random = Seeded.random("missesALieAsOftenAsIsStated");
    SnapshotBench bench = new SnapshotBench(new ChunkSize(CHUNK), folder, random);
    Numbered volume = new Numbered();
    SnapshotBench.Taken parent;
    try (SnapshotContent content =
        bench.run(volume, Optional.empty(), SnapshotBench.PARALLEL, bench.fingerprints())) {
      content.remember();
      parent = bench.taken(content, Optional.empty());
    }
    // Part of what has changed is reported, and is none of the sample's business.
    Extent reported = new Extent(0, (long) REPORTED * CHUNK);
    int missed = 0;
    double stated = 0;
    try (FingerprintReader known = bench.fingerprints.open().orElseThrow()) {
      ChunkGrid grid = new ChunkGrid(volume.sizeBytes(), bench.chunkSize);
      TrackerCheck check =
          new TrackerCheck(
              volume, grid, new MapReader(parent.root(), bench.chunkSize, bench.nodes), known);
      for (int trial = 0; trial < TRIALS; trial++) {
        volume.changed = oneInAHundred(random);
        TrackerCheck.Outcome outcome =
            check.run(
                from ->
                    from < reported.endBytes()
                        ? Optional.of(new Extent(from, reported.endBytes() - from))
                        : Optional.empty(),
                random);
        if (outcome.wrong().isPresent()) {
          assertThat(volume.changed.get((int) outcome.wrong().getAsLong())).isTrue();
        } else {
          missed++;
          stated += ScanFacts.missChance(outcome.sampledChunks());
        }
      }
    }
    double frequency = (double) missed / TRIALS;
    double chance = stated / missed;
    double deviation = Math.sqrt(chance * (1 - chance) / TRIALS);
    assertThat(chance).isBetween(0.08, 0.13);
    assertThat(frequency).isCloseTo(chance, within(5 * deviation));
  }

  @Test
  void findsNothingWhereNothingIsWrong() throws Exception {
    RandomGenerator random = Seeded.random("findsNothingWhereNothingIsWrong");
    SnapshotBench bench = new SnapshotBench(new ChunkSize(CHUNK), folder, random);
    Numbered volume = new Numbered();
    try (SnapshotContent content =
        bench.run(volume, Optional.empty(), SnapshotBench.PARALLEL, Optional.empty())) {
      // By content, as where the fingerprints are gone.
      TrackerCheck check =
          new TrackerCheck(
              volume,
              new ChunkGrid(volume.sizeBytes(), bench.chunkSize),
              new MapReader(
                  bench.taken(content, Optional.empty()).root(), bench.chunkSize, bench.nodes),
              null);
      for (int trial = 0; trial < 20; trial++) {
        assertThat(check.run(_ -> Optional.empty(), random).wrong()).isEmpty();
      }
    }
  }
}
