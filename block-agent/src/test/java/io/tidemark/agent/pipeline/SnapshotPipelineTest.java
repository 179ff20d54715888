package io.tidemark.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.pipeline.SnapshotBench.Taken;
import io.tidemark.agent.source.SourceException;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.map.MapOutcome;
import io.tidemark.repository.map.MapReader;
import io.tidemark.repository.pack.PackContents;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackReader;
import io.tidemark.repository.pack.PackSender;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.testing.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotPipelineTest {
  private static final ChunkSize CHUNK = new ChunkSize(4096);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyChainOfRandomSnapshotsRestores(int run) throws Exception {
    RandomGenerator random = Seeded.random("everyChainOfRandomSnapshotsRestores " + run);
    ChunkSize chunkSize = new ChunkSize(4096 << random.nextInt(4));
    SnapshotBench bench = new SnapshotBench(chunkSize, folder, random);
    RandomVolume edits = new RandomVolume(random, 3 << 20);
    Optional<Taken> parent = Optional.empty();
    for (int i = 0; i < 6; i++) {
      SparseVolume volume = edits.edit();
      Limits limits = random.nextBoolean() ? SnapshotBench.SEQUENTIAL : SnapshotBench.PARALLEL;
      if (random.nextInt(4) == 0) {
        damage(bench, random);
      }
      Map<Long, ChunkId> before = parent.map(taken -> bench.ids(taken.root())).orElse(Map.of());
      Taken taken = bench.take(volume, parent, limits);
      bench.assertHolds(taken, volume);
      assertThat(taken.counts().changedBytes())
          .isEqualTo(RandomVolume.differentBytes(before, bench.ids(taken.root()), bench, volume));
      Taken scratch = bench.takeByContent(volume, Optional.empty(), SnapshotBench.SEQUENTIAL);
      assertThat(bench.ids(taken.root())).isEqualTo(bench.ids(scratch.root()));
      Taken again = bench.take(volume, Optional.of(taken), limits);
      assertThat(again.outcome()).isInstanceOf(MapOutcome.Unchanged.class);
      assertThat(again.counts().changedChunks()).isZero();
      parent = Optional.of(again);
    }
  }

  /// Whatever the host remembers may be gone or wrong.
  private static void damage(SnapshotBench bench, RandomGenerator random) throws IOException {
    Path file = bench.fingerprints.path();
    if (Files.exists(file)) {
      byte[] bytes = Files.readAllBytes(file);
      switch (random.nextInt(3)) {
        case 0 -> Files.delete(file);
        case 1 -> {
          bytes[random.nextInt(bytes.length)] ^= 1;
          Files.write(file, bytes);
        }
        default -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sixteenTebibytesCostWhatTheyHold(boolean sequential) throws Exception {
    RandomGenerator random = Seeded.random("sixteenTebibytesCostWhatTheyHold");
    Limits limits = sequential ? SnapshotBench.SEQUENTIAL : SnapshotBench.PARALLEL;
    SnapshotBench bench = new SnapshotBench(ChunkSize.DEFAULT, folder, random);
    SparseVolume volume = new SparseVolume(16L << 40);
    for (int i = 0; i < 40; i++) {
      volume.write(random.nextLong(volume.sizeBytes()), bytes(random, 9000));
    }
    Taken first = bench.take(volume, Optional.empty(), limits);
    bench.assertHolds(first, volume);
    volume.punch(0, 8L << 40);
    volume.write(random.nextLong(volume.sizeBytes()), bytes(random, 9000));
    Taken known = bench.take(volume, Optional.of(first), limits);
    bench.assertHolds(known, volume);
    Files.delete(bench.fingerprints.path());
    Taken unknown = bench.take(volume, Optional.of(first), limits);
    bench.assertHolds(unknown, volume);
    assertThat(bench.ids(unknown.root())).isEqualTo(bench.ids(known.root()));
    assertThat(unknown.counts().changedBytes()).isEqualTo(known.counts().changedBytes());
    volume.resize(1L << 40);
    Taken small = bench.take(volume, Optional.of(unknown), limits);
    bench.assertHolds(small, volume);
    volume.punch(0, volume.sizeBytes());
    Taken zero = bench.take(volume, Optional.of(small), limits);
    bench.assertHolds(zero, volume);
    assertThat(zero.root().map()).isEmpty();
    assertThat(bench.take(volume, Optional.of(zero), limits).outcome())
        .isInstanceOf(MapOutcome.Unchanged.class);
  }

  @Test
  void anEmptyVolumeIsASnapshotToo() throws Exception {
    SnapshotBench bench = new SnapshotBench(CHUNK, folder, Seeded.random("anEmptyVolume"));
    SparseVolume volume = new SparseVolume(0);
    Taken empty = bench.take(volume, Optional.empty(), SnapshotBench.PARALLEL);
    bench.assertHolds(empty, volume);
    assertThat(empty.outcome()).isInstanceOf(MapOutcome.Changed.class);
    assertThat(bench.take(volume, Optional.of(empty), SnapshotBench.PARALLEL).outcome())
        .isInstanceOf(MapOutcome.Unchanged.class);
    volume.resize(10_000);
    Taken zeros = bench.take(volume, Optional.of(empty), SnapshotBench.PARALLEL);
    assertThat(zeros.outcome()).isInstanceOf(MapOutcome.Changed.class);
    bench.assertHolds(zeros, volume);
  }

  @Test
  void aLastChunkOfAnyLengthIsKept() throws Exception {
    RandomGenerator random = Seeded.random("aLastChunkOfAnyLengthIsKept");
    SnapshotBench bench = new SnapshotBench(CHUNK, folder, random);
    SparseVolume volume = new SparseVolume(64 * 4096);
    volume.write(0, bytes(random, 64 * 4096));
    Optional<Taken> parent = Optional.empty();
    // Shorter and longer, with data and without in the part that comes and goes.
    for (int tail : new int[] {0, 1, 100, 7, 240, 241, 4095, 4096, 4097, 5000, 3, 0}) {
      volume.resize(64 * 4096 + tail);
      if (tail % 2 == 1) {
        volume.write(64 * 4096 + tail - 1, new byte[] {1});
      }
      Taken taken = bench.take(volume, parent, SnapshotBench.PARALLEL);
      bench.assertHolds(taken, volume);
      parent = Optional.of(taken);
    }
  }

  @Test
  void anIncrementalSnapshotAsksTheStoreForNothing() throws Exception {
    RandomGenerator random = Seeded.random("anIncrementalSnapshotAsksTheStoreForNothing");
    SnapshotBench bench = new SnapshotBench(CHUNK, folder, random);
    SparseVolume volume = new SparseVolume(20 << 20);
    volume.write(0, bytes(random, 8 << 20));
    Optional<Taken> parent = Optional.empty();
    for (int i = 0; i < 5; i++) {
      for (int edit = 0; edit < 50; edit++) {
        volume.write(random.nextLong(volume.sizeBytes()), bytes(random, 100));
      }
      long gets = bench.store.tally(StoreCall.GET).requests();
      Taken taken = bench.take(volume, parent, SnapshotBench.PARALLEL);
      assertThat(bench.nodes.loadPackList(taken.root().packList()))
          .isEqualTo(taken.parent().packs());
      assertThat(bench.store.tally(StoreCall.GET).requests()).isEqualTo(gets);
      assertThat(bench.store.tally(StoreCall.LIST).requests()).isZero();
      bench.assertHolds(taken, volume);
      parent = Optional.of(taken);
    }
    long requests = bench.store.tally().requests();
    bench.take(volume, parent, SnapshotBench.PARALLEL);
    assertThat(bench.store.tally().requests()).isEqualTo(requests);
  }

  @Test
  void withoutFingerprintsEqualChunksAreNotSentAgain() throws Exception {
    RandomGenerator random = Seeded.random("withoutFingerprintsEqualChunksAreNotSentAgain");
    SnapshotBench bench = new SnapshotBench(CHUNK, folder, random);
    SparseVolume volume = new SparseVolume(8 << 20);
    volume.write(4096 * 100, bytes(random, 2 << 20));
    Taken first = bench.take(volume, Optional.empty(), SnapshotBench.PARALLEL);
    Files.delete(bench.fingerprints.path());
    long requests = bench.store.tally().requests();
    Taken same = bench.take(volume, Optional.of(first), SnapshotBench.PARALLEL);
    assertThat(same.outcome()).isInstanceOf(MapOutcome.Unchanged.class);
    assertThat(bench.store.tally().requests()).isEqualTo(requests);
    assertThat(Files.exists(bench.fingerprints.path())).isTrue();
    volume.write(4096 * 100, new byte[4096]);
    Files.delete(bench.fingerprints.path());
    Taken next = bench.take(volume, Optional.of(same), SnapshotBench.PARALLEL);
    assertThat(next.counts().zeroedChunks()).isEqualTo(1);
    assertThat(next.counts().changedBytes()).isEqualTo(4096);
    assertThat(next.counts().storedChunks()).isZero();
    bench.assertHolds(next, volume);
  }

  @Test
  void fingerprintsOfAnotherSnapshotAreNotTaken() throws Exception {
    RandomGenerator random = Seeded.random("fingerprintsOfAnotherSnapshotAreNotTaken");
    SnapshotBench bench = new SnapshotBench(CHUNK, folder, random);
    SparseVolume volume = new SparseVolume(1 << 20);
    volume.write(0, bytes(random, 1 << 20));
    Taken first = bench.take(volume, Optional.empty(), SnapshotBench.SEQUENTIAL);
    byte[] old = volume.read(0, 4096);
    volume.write(0, bytes(random, 4096));
    bench.take(volume, Optional.of(first), SnapshotBench.SEQUENTIAL);
    // Compared with the first again, the file names the second: what the file knows as unchanged
    // has.
    Taken third = bench.take(volume, Optional.of(first), SnapshotBench.SEQUENTIAL);
    assertThat(third.counts().changedChunks()).isEqualTo(1);
    bench.assertHolds(third, volume);
    volume.write(0, old);
    Taken back = bench.take(volume, Optional.of(first), SnapshotBench.SEQUENTIAL);
    assertThat(back.outcome()).isInstanceOf(MapOutcome.Unchanged.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aVolumeOfOneChunkRepeatedKeepsFewChangesWaiting(boolean sequential) throws Exception {
    SnapshotBench bench =
        new SnapshotBench(CHUNK, folder, Seeded.random("aVolumeOfOneChunkRepeated"));
    RepeatingView view = new RepeatingView(1L << 30);
    try (SnapshotContent content =
        bench.run(
            view,
            Optional.empty(),
            sequential ? SnapshotBench.SEQUENTIAL : SnapshotBench.PARALLEL,
            Optional.empty())) {
      assertThat(content.counts().changedChunks()).isEqualTo((1L << 30) / 4096);
      assertThat(content.counts().storedChunks()).isLessThanOrEqualTo(3);
      assertThat(content.map()).isInstanceOf(MapOutcome.Changed.class);
    }
  }

  /// Overwriting such a stretch frees something, however many workers filled packs side by side.
  @Test
  void aStretchOfFourPacksHoldsAWholeOne() throws Exception {
    RandomGenerator random = Seeded.random("aStretchOfFourPacksHoldsAWholeOne");
    SnapshotBench bench = new SnapshotBench(CHUNK, folder, random);
    int packBytes = 256 << 10;
    int packChunks = packBytes / 4096;
    SparseVolume volume = new SparseVolume(32 << 20);
    volume.write(0, bytes(random, 32 << 20));
    Taken taken =
        bench.take(
            volume,
            Optional.empty(),
            new Limits(8, 2, packBytes, 32 << 10, FrameEncoder.DEFAULT_LEVEL));
    NavigableMap<Long, PackId> packs = new TreeMap<>();
    new MapReader(taken.root(), CHUNK, bench.nodes)
        .forEach(0, 8192, (chunk, reference) -> packs.put(chunk, reference.pack()));
    // Towards the end the work is dealt out in smaller pieces.
    for (long from = 0; from < 4096; from += packChunks) {
      long to = from + 4L * packChunks;
      Set<PackId> whole = new HashSet<>(packs.subMap(from, to).values());
      whole.removeAll(packs.headMap(from).values());
      whole.removeAll(packs.tailMap(to).values());
      assertThat(whole).as("from chunk " + from).isNotEmpty();
    }
  }

  @Test
  void sentPacksBoundWhatIsInFlight() throws Exception {
    RandomGenerator random = Seeded.random("sentPacksBoundWhatIsInFlight");
    SnapshotBench bench = new SnapshotBench(CHUNK, folder, random);
    SparseVolume volume = new SparseVolume(6 << 20);
    volume.write(0, bytes(random, 6 << 20));
    SparseVolume.View view = volume.view();
    CountDownLatch stalled = new CountDownLatch(2);
    CountDownLatch open = new CountDownLatch(1);
    PackSender sender = bench.sender(++bench.session);
    PackSender slow =
        pack -> {
          stalled.countDown();
          await(open);
          return sender.send(pack);
        };
    AtomicReference<SnapshotContent> content = new AtomicReference<>();
    Thread run =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    content.set(
                        bench.run(
                            view,
                            Optional.empty(),
                            SnapshotBench.PARALLEL,
                            Optional.empty(),
                            slow,
                            Collections.emptyIterator()));
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
    stalled.await();
    // Wait for the workers to come to rest: each waits for a pack, or reads at most what fits.
    while (run.isAlive() && !workersWait()) {
      Thread.onSpinWait();
    }
    long packs = (long) SnapshotBench.PARALLEL.workers() + SnapshotBench.PARALLEL.uploads();
    long unsent = packs * SnapshotBench.PARALLEL.packBytes();
    assertThat(view.readBytes.get())
        .isLessThanOrEqualTo(
            unsent + (long) SnapshotBench.PARALLEL.workers() * SnapshotBench.PARALLEL.readBytes());
    open.countDown();
    run.join();
    bench.assertHolds(bench.taken(content.get(), Optional.empty()), volume);
  }

  private static boolean workersWait() {
    List<Thread> workers =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("tidemark-worker-"))
            .toList();
    return !workers.isEmpty()
        && workers.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReadThatFailsStopsEverything(boolean sequential) throws Exception {
    RandomGenerator random = Seeded.random("aReadThatFailsStopsEverything");
    SnapshotBench bench = new SnapshotBench(CHUNK, folder, random);
    SparseVolume volume = new SparseVolume(4 << 20);
    volume.write(0, bytes(random, 4 << 20));
    Taken first = bench.take(volume, Optional.empty(), SnapshotBench.SEQUENTIAL);
    SparseVolume.View view = volume.view();
    view.failAfterBytes = 1 << 20;
    assertThatExceptionOfType(SourceException.Unreadable.class)
        .isThrownBy(
            () ->
                bench.run(
                    view,
                    Optional.of(first),
                    sequential ? SnapshotBench.SEQUENTIAL : SnapshotBench.PARALLEL,
                    bench.fingerprints()))
        .withMessageContaining("bad sector");
    assertNoThreadIsLeft();
    Taken next = bench.take(volume, Optional.of(first), SnapshotBench.PARALLEL);
    assertThat(next.outcome()).isInstanceOf(MapOutcome.Unchanged.class);
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("nodes", "fingerprints");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 9})
  void aSendThatFailsStopsEverything(int failing) throws Exception {
    RandomGenerator random = Seeded.random("aSendThatFailsStopsEverything");
    SnapshotBench bench = new SnapshotBench(CHUNK, folder, random);
    SparseVolume volume = new SparseVolume(4 << 20);
    volume.write(0, bytes(random, 4 << 20));
    for (Limits limits : List.of(SnapshotBench.SEQUENTIAL, SnapshotBench.PARALLEL)) {
      PackSender sender = bench.sender(++bench.session);
      AtomicInteger sends = new AtomicInteger();
      PackSender broken =
          pack -> {
            if (sends.getAndIncrement() >= failing) {
              throw new StoreException.Unavailable("packs", "the store is gone", null);
            }
            return sender.send(pack);
          };
      assertThatThrownBy(
              () ->
                  bench.run(
                      volume.view(),
                      Optional.empty(),
                      limits,
                      bench.fingerprints(),
                      broken,
                      Collections.emptyIterator()))
          .isInstanceOf(StoreException.Unavailable.class)
          .hasMessage("the store is gone");
      assertNoThreadIsLeft();
    }
  }

  @Test
  void anInterruptStopsIt() throws Exception {
    RandomGenerator random = Seeded.random("anInterruptStopsIt");
    SnapshotBench bench = new SnapshotBench(CHUNK, folder, random);
    SparseVolume volume = new SparseVolume(4 << 20);
    volume.write(0, bytes(random, 4 << 20));
    CountDownLatch sending = new CountDownLatch(1);
    PackSender stuck =
        pack -> {
          sending.countDown();
          await(new CountDownLatch(1));
          throw new AssertionError();
        };
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread run =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    bench.run(
                        volume.view(),
                        Optional.empty(),
                        SnapshotBench.PARALLEL,
                        bench.fingerprints(),
                        stuck,
                        Collections.emptyIterator());
                  } catch (Throwable e) {
                    thrown.set(e);
                  }
                });
    sending.await();
    run.interrupt();
    run.join();
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertNoThreadIsLeft();
    assertThat(Files.exists(bench.fingerprints.path())).isFalse();
  }

  @Test
  void aFolderThatCannotBeWrittenCostsSpeedOnly() throws Exception {
    RandomGenerator random = Seeded.random("aFolderThatCannotBeWritten");
    Path missing = folder.resolve("missing").resolve("deeper");
    SnapshotBench bench = new SnapshotBench(CHUNK, missing, random);
    SparseVolume volume = new SparseVolume(1 << 20);
    volume.write(0, bytes(random, 1 << 20));
    Files.writeString(folder.resolve("missing"), "a file where a folder is wanted");
    try (SnapshotContent content =
        bench.run(volume.view(), Optional.empty(), SnapshotBench.PARALLEL, bench.fingerprints())) {
      content.remember();
      assertThat(content.forgotten()).isPresent();
      bench.assertHolds(bench.taken(content, Optional.empty()), volume);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAnEarlierProcessSentIsNotSentAgain(boolean sequential) throws Exception {
    RandomGenerator random = Seeded.random("whatAnEarlierProcessSentIsNotSentAgain");
    Limits limits = sequential ? SnapshotBench.SEQUENTIAL : SnapshotBench.PARALLEL;
    SnapshotBench bench = new SnapshotBench(CHUNK, folder, random);
    SparseVolume volume = new SparseVolume(4 << 20);
    volume.write(0, bytes(random, 4 << 20));
    PackSender sender = bench.sender(++bench.session);
    List<PackContents> sent = Collections.synchronizedList(new ArrayList<>());
    PackSender dying =
        pack -> {
          if (sent.size() >= 20) {
            throw new StoreException.Unavailable("packs", "killed", null);
          }
          PackSender.SentPack done = sender.send(pack);
          sent.add(new PackReader(bench.store).contents(done.id(), done.objectBytes()));
          return done;
        };
    assertThatThrownBy(
            () ->
                bench.run(
                    volume.view(),
                    Optional.empty(),
                    limits,
                    bench.fingerprints(),
                    dying,
                    Collections.emptyIterator()))
        .hasMessage("killed");
    long had = sent.stream().mapToLong(pack -> pack.frames().size()).sum();
    assertThat(had).isGreaterThan(400);
    Iterator<PackContents> earlier = List.copyOf(sent).iterator();
    try (SnapshotContent content =
        bench.run(volume.view(), Optional.empty(), limits, bench.fingerprints(), sender, earlier)) {
      assertThat(content.counts().storedChunks()).isEqualTo(1024 - had);
      assertThat(content.counts().reusedChunks()).isEqualTo(had);
      bench.assertHolds(bench.taken(content, Optional.empty()), volume);
    }
  }

  @Test
  void theSequentialRunIsTheSameEveryTime() throws Exception {
    RandomGenerator random = Seeded.random("theSequentialRunIsTheSameEveryTime");
    SparseVolume volume = new SparseVolume(4 << 20);
    volume.write(0, bytes(random, 3 << 20));
    List<Object> roots = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      Path state = Files.createDirectory(folder.resolve(name));
      SnapshotBench bench = new SnapshotBench(CHUNK, state, new SplittableRandom(5));
      roots.add(bench.take(volume, Optional.empty(), SnapshotBench.SEQUENTIAL).root());
    }
    assertThat(roots.get(0)).isEqualTo(roots.get(1));
  }

  /// Those that have done their last work may still be on their way out.
  private static void assertNoThreadIsLeft() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("tidemark-")) {
        assertThat(thread.join(Duration.ofMinutes(1))).as("%s has ended", thread).isTrue();
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new StoreException.UnknownOutcome("packs", "interrupted", e);
    }
  }

  static byte[] bytes(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
