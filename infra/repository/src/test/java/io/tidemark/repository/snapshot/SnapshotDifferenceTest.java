package io.tidemark.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.Refused;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.session.SnapshotSession.ParentChoice;
import io.tidemark.repository.snapshot.SnapshotDifference.Extent;
import io.tidemark.repository.testing.Image;
import io.tidemark.repository.testing.Seeded;
import io.tidemark.repository.testing.SmallRepository;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotDifferenceTest {
  private static final int CHUNK = Image.CHUNK_SIZE.bytes();

  private final SmallRepository bench = new SmallRepository();
  private final Snapshots snapshots = new Snapshots(bench.repository);

  @AfterEach
  void close() {
    bench.close();
  }

  private Snapshot snapshot(Image image) {
    return snapshots.find(bench.create(image).snapshot());
  }

  private SnapshotDifference difference(Snapshot older, Snapshot newer) {
    return SnapshotDifference.between(bench.repository, older, newer);
  }

  @Test
  void partsOfAnySizeTellTheSameAsTheWhole() {
    RandomGenerator random = Seeded.random("SnapshotDifferenceTest");
    Image before = Image.empty("0").changed("1", random);
    Snapshot older = snapshot(before);
    for (int i = 0; i < 20; i++) {
      Image after = before.changed("2", random);
      Snapshot newer = snapshot(after);
      List<long[]> shown = new ArrayList<>();
      SnapshotDifference difference = difference(older, newer);
      difference.show((from, to) -> shown.add(new long[] {from, to}));
      assertThat(chunks(shown)).isEqualTo(differing(before, after));

      List<long[]> parts = new ArrayList<>();
      OptionalLong next = OptionalLong.of(0);
      int limit = random.nextInt(1, 5);
      while (next.isPresent()) {
        SnapshotDifference.Part part = difference.part(next.getAsLong(), limit);
        assertThat(part.extents()).hasSizeLessThanOrEqualTo(limit);
        part.extents()
            .forEach(
                extent ->
                    parts.add(
                        new long[] {
                          extent.offsetBytes(), extent.offsetBytes() + extent.lengthBytes()
                        }));
        next = part.nextOffsetBytes();
      }
      assertThat(chunks(parts)).isEqualTo(chunks(shown));
      before = after;
      older = newer;
    }
  }

  private static BitSet chunks(List<long[]> ranges) {
    BitSet chunks = new BitSet();
    ranges.forEach(
        range -> chunks.set((int) (range[0] / CHUNK), (int) ((range[1] + CHUNK - 1) / CHUNK)));
    return chunks;
  }

  private static BitSet differing(Image before, Image after) {
    BitSet chunks = new BitSet();
    for (long chunk = 0; chunk < Math.max(before.grid().chunks(), after.grid().chunks()); chunk++) {
      boolean isInBoth = chunk < before.grid().chunks() && chunk < after.grid().chunks();
      if (!isInBoth || !before.chunk(chunk).equals(after.chunk(chunk))) {
        chunks.set((int) chunk);
      }
    }
    return chunks;
  }

  @Test
  void whatLiesBeyondTheShorterDiffers() {
    Snapshot older = snapshot(SmallRepository.image("a", 4, Map.of(0L, 1, 2L, 2)));
    Snapshot newer = snapshot(SmallRepository.image("b", 2, Map.of(0L, 1, 1L, 3)));
    assertThat(difference(older, newer).part(0, 10).extents())
        .containsExactly(new Extent(CHUNK, 3L * CHUNK));
    assertThat(difference(newer, older).part(2L * CHUNK, 10).extents())
        .containsExactly(new Extent(2L * CHUNK, 2L * CHUNK));
    assertThat(difference(older, older).part(0, 10).extents()).isEmpty();
  }

  @Test
  void refusesSnapshotsOfTwoVolumesAndThoseThatHoldNothing() {
    Snapshot one = snapshot(SmallRepository.image("a", 1, Map.of(0L, 1)));
    NamedVolume db = bench.add("db");
    Entry other =
        bench.agent.create(db.id(), SmallRepository.image("b", 1, Map.of()), ParentChoice.newest());
    Snapshot foreign = snapshots.find(other.snapshot());
    assertThatThrownBy(() -> difference(one, foreign))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("disk", "db", "of one volume");

    Entry made = one.entry();
    Entry failed =
        new Entry(
            made.snapshot(),
            made.label(),
            made.origin(),
            made.schedule(),
            made.born(),
            made.since(),
            made.requestedAt(),
            new Phase.Failed("no reason"),
            More.NONE);
    assertThatThrownBy(() -> difference(one, new Snapshot(one.volume(), failed, List.of())))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("holds nothing to compare");
  }
}
