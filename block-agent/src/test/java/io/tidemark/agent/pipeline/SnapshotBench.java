package io.tidemark.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.cache.FingerprintFile;
import io.tidemark.agent.cache.NodeCache;
import io.tidemark.agent.source.Changes;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.frame.FrameDecoder;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.MapEditor;
import io.tidemark.repository.map.MapOutcome;
import io.tidemark.repository.map.MapReader;
import io.tidemark.repository.map.MapWalk;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.PackTally;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.pack.PackContents;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.PackSender;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// A store, a state folder and sessions by number: takes snapshots of volumes in memory and checks
/// that they hold what they should.
final class SnapshotBench {
  static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef0");
  static final Limits SEQUENTIAL = new Limits(1, 0, 96 << 10, 32 << 10, FrameEncoder.DEFAULT_LEVEL);
  static final Limits PARALLEL = new Limits(3, 2, 96 << 10, 32 << 10, FrameEncoder.DEFAULT_LEVEL);

  final ChunkSize chunkSize;
  final CountingObjectStore store;
  final NodeCache cache;
  final NodeSource nodes;
  final FingerprintFile fingerprints;
  final RandomGenerator random;
  final ProgressMeter meter = new ProgressMeter(InstantSource.system());
  long session;

  /// What a snapshot is, to the next one.
  record Taken(MapEditor.Parent parent, MapOutcome outcome, Counts counts) {
    Root root() {
      return parent.root();
    }
  }

  SnapshotBench(ChunkSize chunkSize, Path state, RandomGenerator random) {
    this(chunkSize, state, random, new MemoryObjectStore(InstantSource.system()));
  }

  SnapshotBench(ChunkSize chunkSize, Path state, RandomGenerator random, ObjectStore inner) {
    this.chunkSize = chunkSize;
    this.random = random;
    store = new CountingObjectStore(inner);
    cache = new NodeCache(state.resolve("nodes"));
    nodes = cache.before(new StoreNodeSource(store, cache));
    fingerprints =
        new FingerprintFile(state.resolve("fingerprints"), "repository", VOLUME, chunkSize);
  }

  /// Takes and remembers a snapshot with all that the host remembers.
  Taken take(SparseVolume volume, Optional<Taken> parent, Limits limits)
      throws SourceException, InterruptedException {
    try (SnapshotContent content = run(volume.view(), parent, limits, fingerprints())) {
      content.remember();
      assertThat(content.forgotten()).isEmpty();
      assertThat(content.sizeBytes()).isEqualTo(volume.sizeBytes());
      Taken taken = taken(content, parent);
      cache.keepOnly(taken.root(), chunkSize, taken.parent.packs(), nodes);
      return taken;
    }
  }

  /// Takes one without fingerprints.
  Taken takeByContent(SparseVolume volume, Optional<Taken> parent, Limits limits)
      throws SourceException, InterruptedException {
    try (SnapshotContent content = run(volume.view(), parent, limits, Optional.empty())) {
      return taken(content, parent);
    }
  }

  Optional<FingerprintFile> fingerprints() {
    return Optional.of(fingerprints);
  }

  SnapshotContent run(
      VolumeView view, Optional<Taken> parent, Limits limits, Optional<FingerprintFile> known)
      throws SourceException, InterruptedException {
    return run(view, parent, limits, known, sender(++session), Collections.emptyIterator());
  }

  SnapshotContent run(
      VolumeView view,
      Optional<Taken> parent,
      Limits limits,
      Optional<FingerprintFile> known,
      PackSender sender,
      Iterator<PackContents> earlier)
      throws SourceException, InterruptedException {
    return run(
        view,
        parent,
        limits,
        known,
        sender,
        earlier,
        new Changes.Unknown("nobody keeps account of changes"),
        ScanWish.CHANGED);
  }

  SnapshotContent run(
      VolumeView view,
      Optional<Taken> parent,
      Limits limits,
      Optional<FingerprintFile> known,
      PackSender sender,
      Iterator<PackContents> earlier,
      Changes changes,
      ScanWish wish)
      throws SourceException, InterruptedException {
    return new SnapshotPipeline(limits, meter, random)
        .run(
            new SnapshotTask(
                view,
                chunkSize,
                new SnapshotTask.Session(VOLUME, session, new Token(session, 1), sender),
                parent.map(Taken::parent),
                nodes,
                cache,
                known,
                earlier,
                changes,
                wish));
  }

  Taken taken(SnapshotContent content, Optional<Taken> parent) {
    MapEditor.Parent next =
        switch (content.map()) {
          case MapOutcome.Unchanged unchanged -> {
            assertThat(unchanged.parent()).isEqualTo(parent.orElseThrow().root());
            yield parent.orElseThrow().parent();
          }
          case MapOutcome.Changed changed ->
              new MapEditor.Parent(
                  new Root(VOLUME, changed.sizeBytes(), changed.map(), changed.packList(), session),
                  changed.packs());
        };
    return new Taken(next, content.map(), content.counts());
  }

  PackSender sender(long number) {
    AtomicInteger next = new AtomicInteger();
    return pack -> {
      PackId id = new PackId(VOLUME, number, next.getAndIncrement());
      ByteBuffer bytes = pack.encode(id.k(), CommitId.random(new SplittableRandom(1)));
      assertThat(store.createIfAbsent(id.key(), bytes)).isEqualTo(PutOutcome.CREATED);
      return new PackSender.SentPack(id, bytes.remaining());
    };
  }

  /// The ids by position.
  Map<Long, ChunkId> ids(Root root) {
    Map<Long, ChunkId> ids = new TreeMap<>();
    new MapReader(root, chunkSize, nodes)
        .forEach(
            0,
            new ChunkGrid(root.sizeBytes(), chunkSize).chunks(),
            (chunk, reference) -> ids.put(chunk, reference.id()));
    return ids;
  }

  /// Reads the whole snapshot from the store, past every cache, and compares it with the volume.
  void assertHolds(Taken taken, SparseVolume volume) {
    Root root = taken.root();
    assertThat(root.sizeBytes()).isEqualTo(volume.sizeBytes());
    ChunkGrid grid = new ChunkGrid(root.sizeBytes(), chunkSize);
    Set<Long> stored = new HashSet<>();
    ChunkHasher hasher = new ChunkHasher();
    try (FrameDecoder decoder = new FrameDecoder();
        StoreNodeSource source = new StoreNodeSource(store)) {
      new MapReader(root, chunkSize, source)
          .forEach(
              0,
              grid.chunks(),
              (chunk, reference) -> {
                byte[] frame =
                    store.get(
                        reference.pack().key(),
                        new ByteRange(reference.offsetBytes(), reference.lengthBytes()));
                ByteBuffer bytes = ByteBuffer.allocate(grid.lengthBytes(chunk));
                try {
                  decoder.decode(ByteBuffer.wrap(frame), bytes);
                } catch (MalformedException e) {
                  throw new AssertionError(e);
                }
                assertThat(bytes.hasRemaining()).isFalse();
                assertThat(hasher.id(bytes.flip())).isEqualTo(reference.id());
                assertThat(bytes.array())
                    .as("chunk %d", chunk)
                    .isEqualTo(volume.read(grid.offsetBytes(chunk), grid.lengthBytes(chunk)));
                stored.add(chunk);
              });
      for (long chunk : volume.chunksWithBlocks(grid)) {
        if (!stored.contains(chunk)) {
          assertThat(volume.read(grid.offsetBytes(chunk), grid.lengthBytes(chunk)))
              .as("chunk %d", chunk)
              .containsOnly(0);
        }
      }
      PackTally tally = new PackTally();
      MapWalk.tally(root, chunkSize, source, tally);
      assertThat(tally.compare(taken.parent.packs())).isEmpty();
    }
  }
}
