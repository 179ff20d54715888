package io.tidemark.repository.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Volume.Session;
import io.tidemark.repository.map.Volume.Snapshot;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.testing.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MapEditorTest {
  private static final VolumeId VOLUME = new VolumeId("vol-00000000000000001");
  private static final long CHUNK = Volume.CHUNK_SIZE.bytes();

  private final List<Volume> open = new ArrayList<>();

  private Volume volume(RandomGenerator random) {
    Volume volume = new Volume(VOLUME, random);
    open.add(volume);
    return volume;
  }

  @AfterEach
  void close() {
    open.forEach(Volume::close);
  }

  @Test
  void whateverIsEditedTheListSaysWhatTheMapNames() {
    RandomGenerator random = Seeded.random("MapEditorTest");
    for (int history = 0; history < 12; history++) {
      Volume volume = volume(random);
      List<Snapshot> snapshots = new ArrayList<>();
      for (int number = 0; number < 12; number++) {
        Optional<Snapshot> parent =
            snapshots.isEmpty() || random.nextInt(12) == 0
                ? Optional.empty()
                : Optional.of(
                    snapshots.get(
                        snapshots.size() - 1 - random.nextInt(Math.min(2, snapshots.size()))));
        Session session = volume.begin(parent, size(random, parent));
        edit(session, random);
        Snapshot snapshot = session.commit();
        assertReads(volume, snapshot);
        for (Snapshot other : snapshots) {
          assertDifference(volume, other, snapshot);
          assertDifference(volume, snapshot, other);
        }
        snapshots.add(snapshot);
      }
    }
  }

  private static long size(RandomGenerator random, Optional<Snapshot> parent) {
    if (parent.isPresent() && random.nextInt(3) > 0) {
      return parent.get().root().sizeBytes();
    }
    long largest =
        switch (random.nextInt(5)) {
          case 0 -> 1;
          case 1 -> 64 * CHUNK;
          case 2 -> 65 * CHUNK;
          case 3 -> 4096 * CHUNK;
          default -> 9000 * CHUNK;
        };
    long size = random.nextInt(4) == 0 ? largest : random.nextLong(largest + 1);
    return random.nextBoolean() ? size : size / CHUNK * CHUNK;
  }

  private static void edit(Session session, RandomGenerator random) {
    long chunks = session.grid.chunks();
    TreeSet<Long> places = new TreeSet<>();
    session.editor.chunkOfChangedLength().ifPresent(places::add);
    if (chunks > 0) {
      for (int i = random.nextInt(30); i > 0; i--) {
        places.add(random.nextLong(chunks));
      }
      for (int stretches = random.nextInt(4); stretches > 0; stretches--) {
        long from = random.nextLong(chunks);
        long length = random.nextInt(4) == 0 ? chunks : random.nextLong(200);
        for (long chunk = from; chunk < Math.min(chunks, from + length); chunk++) {
          places.add(chunk);
        }
      }
    }
    // Zeroes prevail in some sessions, so that whole subtrees vanish.
    int zeroes = random.nextInt(4) == 0 ? 95 : random.nextInt(30);
    List<Reference> mine = new ArrayList<>();
    for (long chunk : places) {
      Reference there = session.chunks.get(chunk);
      if (random.nextInt(100) < zeroes) {
        session.put(chunk, Optional.empty());
      } else if (there != null
          && random.nextInt(10) == 0
          && !session.editor.chunkOfChangedLength().equals(Optional.of(chunk))) {
        session.put(chunk, Optional.of(there));
      } else if (!mine.isEmpty() && random.nextInt(5) == 0) {
        session.put(chunk, Optional.of(mine.get(random.nextInt(mine.size()))));
      } else {
        Reference fresh = session.fresh();
        mine.add(fresh);
        session.put(chunk, Optional.of(fresh));
      }
    }
  }

  private static void assertReads(Volume volume, Snapshot snapshot) {
    MapReader reader = new MapReader(snapshot.root(), Volume.CHUNK_SIZE, volume.nodes);
    NavigableMap<Long, Reference> read = new TreeMap<>();
    long chunks = snapshot.grid().chunks();
    reader.forEach(0, chunks, read::put);
    assertThat(read).isEqualTo(snapshot.chunks());
    for (int i = 0; i < 50 && chunks > 0; i++) {
      long chunk = volume.random.nextLong(chunks);
      assertThat(reader.find(chunk)).isEqualTo(Optional.ofNullable(read.get(chunk)));
      long to = volume.random.nextLong(chunk, chunks + 1);
      NavigableMap<Long, Reference> part = new TreeMap<>();
      reader.forEach(chunk, to, part::put);
      assertThat(part).isEqualTo(read.subMap(chunk, to));
      OptionalLong first = part.isEmpty() ? OptionalLong.empty() : OptionalLong.of(part.firstKey());
      assertThat(reader.first(chunk, to)).isEqualTo(first);
    }
    PackTally counted = new PackTally();
    MapWalk.tally(snapshot.root(), Volume.CHUNK_SIZE, volume.nodes, counted);
    assertThat(counted.compare(snapshot.packs())).isEmpty();
    for (PackUse use : snapshot.packs().entries()) {
      counted.setObjectBytes(use.pack(), use.objectBytes());
      assertThat(snapshot.packs().find(use.pack())).contains(use);
    }
    assertThat(counted.toList(VOLUME)).isEqualTo(snapshot.packs());
    assertThat(snapshot.packs().find(snapshot.root().packList().pack()))
        .contains(new PackUse(snapshot.root().packList().pack(), 0, 1, 0));
    // Exactly the packs of the map's references, and the list's: none stays too long.
    assertThat(snapshot.packs().entries().stream().map(PackUse::pack).collect(Collectors.toSet()))
        .isEqualTo(named(volume, snapshot));
  }

  private static Set<PackId> named(Volume volume, Snapshot snapshot) {
    Set<PackId> packs = new TreeSet<>();
    packs.add(snapshot.root().packList().pack());
    MapWalk.walk(
        snapshot.root(),
        Volume.CHUNK_SIZE,
        volume.nodes,
        new MapWalk.Visitor() {
          @Override
          public void node(int level, Reference node) {
            packs.add(node.pack());
          }

          @Override
          public void chunk(long chunk, Reference reference) {
            packs.add(reference.pack());
          }
        });
    return packs;
  }

  private static void assertDifference(Volume volume, Snapshot older, Snapshot newer) {
    List<String> expected = new ArrayList<>();
    TreeSet<Long> places = new TreeSet<>(older.chunks().keySet());
    places.addAll(newer.chunks().keySet());
    for (long chunk : places) {
      Reference before = older.chunks().get(chunk);
      Reference after = newer.chunks().get(chunk);
      if (!Objects.equals(before, after)) {
        expected.add(chunk + " " + before + " " + after);
      }
    }
    List<String> found = new ArrayList<>();
    MapDifference.chunks(
        older.root(),
        newer.root(),
        Volume.CHUNK_SIZE,
        volume.nodes,
        (chunk, before, after) ->
            found.add(chunk + " " + before.orElse(null) + " " + after.orElse(null)));
    assertThat(found).isEqualTo(expected);
    PackTally tally = PackTally.of(older.packs());
    MapDifference.tally(older.root(), newer.root(), Volume.CHUNK_SIZE, volume.nodes, tally);
    assertThat(tally.compare(newer.packs())).isEmpty();
  }

  @Test
  void sendsNothingWhenNothingChanged() {
    Volume volume = volume(new SplittableRandom(1));
    Session first = volume.begin(Optional.empty(), 5000 * CHUNK);
    for (long chunk = 0; chunk < 5000; chunk += 3) {
      first.put(chunk, Optional.of(first.fresh()));
    }
    Snapshot before = first.commit();
    Session second = volume.begin(Optional.of(before), 5000 * CHUNK);
    second.put(1, Optional.empty());
    second.put(3000, Optional.ofNullable(before.chunks().get(3000L)));
    assertThat(second.editor.finish()).isEqualTo(new MapOutcome.Unchanged(before.root()));
    assertThat(second.requests).isZero();
    assertThat(second.written).isEmpty();
  }

  @Test
  void aChangeOfSizeAloneIsAChange() {
    Volume volume = volume(new SplittableRandom(1));
    Session first = volume.begin(Optional.empty(), 100 * CHUNK);
    first.put(1, Optional.of(first.fresh()));
    Snapshot before = first.commit();
    Session second = volume.begin(Optional.of(before), 101 * CHUNK);
    Snapshot after = second.commit();
    assertThat(after.root().map()).isEqualTo(before.root().map());
    assertThat(second.sent).containsExactly(after.root().packList().pack());
    assertReads(volume, after);
  }

  @Test
  void anEmptyOrZeroVolumeHasAListAndNoMap() {
    Volume volume = volume(new SplittableRandom(1));
    for (long size : new long[] {0, 1, CHUNK, 1L << 44}) {
      Session session = volume.begin(Optional.empty(), size);
      Snapshot snapshot = session.commit();
      assertThat(snapshot.root().map()).isEmpty();
      assertThat(snapshot.packs().entries())
          .containsExactly(new PackUse(snapshot.root().packList().pack(), 0, 1, 0));
      assertReads(volume, snapshot);
    }
  }

  @Test
  void oneChunkCostsOnePathAndReadsOnePath() {
    Volume volume = volume(new SplittableRandom(1));
    Session first = volume.begin(Optional.empty(), 1L << 44);
    for (long chunk = 0; chunk < first.grid.chunks(); chunk += first.grid.chunks() / 500) {
      first.put(chunk, Optional.of(first.fresh()));
    }
    Snapshot before = first.commit();
    assertThat(MapShape.height(before.grid().chunks())).isEqualTo(6);
    Session second = volume.begin(Optional.of(before), 1L << 44);
    second.put(12345678, Optional.of(second.fresh()));
    Snapshot after = second.commit();
    assertThat(second.written).hasSize(6 + 1);
    assertReads(volume, after);
    assertDifference(volume, before, after);
  }

  @Test
  void theListLiesAloneInTheSessionsLastPack() {
    Volume volume = volume(new SplittableRandom(3));
    Session session = volume.begin(Optional.empty(), 9000 * CHUNK);
    for (long chunk = 0; chunk < 9000; chunk++) {
      session.put(chunk, Optional.of(session.fresh()));
    }
    Snapshot snapshot = session.commit();
    assertThat(session.sent.stream().max(PackId::compareTo))
        .contains(snapshot.root().packList().pack());
    assertThat(session.sent).hasSizeGreaterThan(2);
    assertThat(session.written.stream().map(Reference::pack).distinct())
        .hasSize(session.sent.size());
    assertThat(session.written.stream().filter(snapshot.root().packList()::equals)).hasSize(1);
    assertReads(volume, snapshot);
  }

  @Test
  void demandsTheChunkWhoseLengthChanged() {
    Volume volume = volume(new SplittableRandom(1));
    Session first = volume.begin(Optional.empty(), 10 * CHUNK + 5);
    first.put(3, Optional.of(first.fresh()));
    first.put(10, Optional.of(first.fresh()));
    Snapshot before = first.commit();
    Session grown = volume.begin(Optional.of(before), 20 * CHUNK);
    assertThat(grown.editor.chunkOfChangedLength()).contains(10L);
    assertThatThrownBy(() -> grown.put(11, Optional.empty()))
        .isInstanceOf(IllegalStateException.class);
    Session cut = volume.begin(Optional.of(before), 3 * CHUNK + 1);
    assertThat(cut.editor.chunkOfChangedLength()).contains(3L);
    assertThatThrownBy(cut.editor::finish).isInstanceOf(IllegalStateException.class);
    assertThat(volume.begin(Optional.of(before), 10 * CHUNK).editor.chunkOfChangedLength())
        .isEmpty();
  }

  @Test
  void takesChunksInAscendingOrderInsideTheVolumeOnly() {
    Volume volume = volume(new SplittableRandom(1));
    Session session = volume.begin(Optional.empty(), 10 * CHUNK);
    session.put(4, Optional.empty());
    for (long wrong : new long[] {4, 3, 10, -1}) {
      assertThatThrownBy(() -> session.put(wrong, Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesAParentWhoseListContradictsItsMap() {
    Volume volume = volume(new SplittableRandom(1));
    Session first = volume.begin(Optional.empty(), 10 * CHUNK);
    first.put(3, Optional.of(first.fresh()));
    Snapshot sound = first.commit();
    PackTally wrong = PackTally.of(sound.packs());
    wrong.remove(Objects.requireNonNull(sound.chunks().get(3L)));
    Snapshot lying = new Snapshot(sound.root(), wrong.toList(VOLUME), sound.chunks());
    Session second = volume.begin(Optional.of(lying), 10 * CHUNK);
    second.put(3, Optional.empty());
    assertThatThrownBy(second.editor::finish)
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining(sound.root().packList().pack().key());
    assertThat(second.requests).isZero();
  }

  @Test
  void aFirstSnapshotOfACloneGoesOnFromTheOtherVolumesMap() {
    RandomGenerator random = new SplittableRandom(7);
    Volume original = volume(random);
    Session first = original.begin(Optional.empty(), 5000 * CHUNK);
    for (long chunk = 0; chunk < 5000; chunk++) {
      first.put(chunk, Optional.of(first.fresh()));
    }
    Snapshot before = first.commit();
    VolumeId other = new VolumeId("vol-00000000000000002");
    Volume clone = new Volume(other, random, original.store);
    open.add(clone);
    Session session = clone.begin(Optional.of(before), 6000 * CHUNK);
    session.put(77, Optional.of(session.fresh()));
    session.put(5999, Optional.of(session.fresh()));
    Snapshot after = session.commit();
    MapReader reader = new MapReader(after.root(), Volume.CHUNK_SIZE, clone.nodes);
    NavigableMap<Long, Reference> read = new TreeMap<>();
    reader.forEach(0, 6000, read::put);
    assertThat(read).isEqualTo(after.chunks());
    PackTally counted = new PackTally();
    MapWalk.tally(after.root(), Volume.CHUNK_SIZE, clone.nodes, counted);
    assertThat(counted.compare(after.packs())).isEmpty();
    assertThat(after.packs().home()).isEqualTo(other);
    assertThat(after.packs().entries().getFirst().pack().volume()).isEqualTo(other);
    assertThat(after.packs().entries().getLast().pack().volume()).isEqualTo(VOLUME);
    assertDifference(clone, before, after);
  }

  @Test
  void knowsTheHeightOfEverySize() {
    assertThat(MapShape.height(0)).isZero();
    for (long[] pair :
        new long[][] {
          {1, 1},
          {64, 1},
          {65, 2},
          {4096, 2},
          {4097, 3},
          {1 << 18, 3},
          {(1 << 18) + 1, 4},
          {1L << 29, 5},
          {1L << 30, 5},
          {(1L << 30) + 1, 6}
        }) {
      assertThat(MapShape.height(pair[0])).isEqualTo((int) pair[1]);
    }
    long most = new ChunkGrid(Long.MAX_VALUE, Volume.CHUNK_SIZE).chunks();
    assertThat(MapShape.height(most)).isLessThanOrEqualTo(MapShape.LARGEST_LEVEL);
  }
}
