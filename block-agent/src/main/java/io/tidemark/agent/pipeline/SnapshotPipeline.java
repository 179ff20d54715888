package io.tidemark.agent.pipeline;

import io.tidemark.agent.cache.FingerprintFile;
import io.tidemark.agent.cache.FingerprintReader;
import io.tidemark.agent.cache.FingerprintWriter;
import io.tidemark.agent.source.SourceException;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.frame.FrameEncoder;
import io.tidemark.repository.map.MapEditor;
import io.tidemark.repository.map.MapOutcome;
import io.tidemark.repository.map.MapReader;
import io.tidemark.repository.pack.PackBuilder;
import io.tidemark.repository.pack.PackKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Brings what changed in a volume into the store: `source → extents → read → zero test →
/// fingerprint test → hash → compress → pack → upload → map`.
///
/// Workers take neighbouring chunks in order, read, test, hash and compress them into packs of
/// their own; full packs are sent while they go on. Changes enter the map in the volume's order,
/// each when its pack has arrived. Every buffer, queue and window has a bound, so memory depends on
/// [Limits] and not on the volume.
public final class SnapshotPipeline {
  /// Batches that may be ahead of the one that enters the map next: enough that a worker that waits
  /// for the store does not make the others wait.
  private static final int BATCHES = 256;

  private final Limits limits;
  private final ProgressMeter meter;
  private final RandomGenerator random;

  /// @param random for the seed and the id of fingerprint files
  public SnapshotPipeline(Limits limits, ProgressMeter meter, RandomGenerator random) {
    this.limits = limits;
    this.meter = meter;
    this.random = random;
  }

  /// Reads the volume and returns once all that its snapshot needs is in the store. When it fails
  /// or is interrupted no thread of it is left, and nothing but packs that nothing refers to.
  ///
  /// The caller still has to ask [io.tidemark.agent.source.VolumeView#confirm] before it commits,
  /// and closes what is returned.
  ///
  /// @throws SourceException when the volume cannot be read
  /// @throws io.tidemark.repository.store.StoreException when the parent's map cannot be read, or a
  ///   pack not be sent
  /// @throws InterruptedException when the calling thread is interrupted
  public SnapshotContent run(SnapshotTask task) throws SourceException, InterruptedException {
    ChunkGrid grid = new ChunkGrid(task.view().sizeBytes(), task.chunkSize());
    @Nullable FingerprintReader known = fingerprintsOfParent(task);
    @Nullable FingerprintWriter fresh = null;
    @Nullable FingerprintCarry carry = null;
    Optional<IOException> refused = Optional.empty();
    long seed = known != null ? known.seed() : random.nextLong();
    boolean finished = false;
    try {
      ReadingPlan plan = ReadingPlan.of(task, grid, known, random);
      long bytes = plan.countBytes(task, grid);
      meter.start(bytes);
      if (plan.isByReport()) {
        carry = carry(task);
      }
      // Of chunks that are not looked at nobody knows more than the parent's file.
      if (task.fingerprints().isPresent() && (carry != null || !plan.isByReport())) {
        try {
          fresh = task.fingerprints().get().create(grid, seed, random);
        } catch (IOException e) {
          refused = Optional.of(e);
        }
      }
      SnapshotContent content = run(task, grid, plan, bytes, seed, known, fresh, carry, refused);
      finished = true;
      return content;
    } finally {
      if (known != null) {
        known.close();
      }
      if (carry != null) {
        carry.close();
      }
      if (fresh != null && !finished) {
        fresh.close();
      }
    }
  }

  private SnapshotContent run(
      SnapshotTask task,
      ChunkGrid grid,
      ReadingPlan plan,
      long bytes,
      long seed,
      @Nullable FingerprintReader known,
      @Nullable FingerprintWriter fresh,
      @Nullable FingerprintCarry carry,
      Optional<IOException> refused)
      throws SourceException, InterruptedException {
    Crew crew = new Crew();
    try (FrameEncoder encoder = new FrameEncoder(FrameEncoder.DEFAULT_LEVEL)) {
      SnapshotTask.Session session = task.session();
      MapEditor editor =
          new MapEditor(
              task.parent(),
              grid,
              task.nodes(),
              builder(session, PackKind.NODES),
              encoder,
              session.packs(),
              task.written());
      Baseline baseline = new Baseline(parentChunks(task), parentMap(task), known);
      MapFeed feed = new MapFeed(editor, fresh, carry, BATCHES, MapFeed.WAITING_CHANGES);
      Consumer<Runnable> uploadThreads =
          limits.uploads() == 0
              ? Runnable::run
              : send -> crew.start(Thread.ofVirtual().name("tidemark-upload"), send);
      Uploads uploads =
          new Uploads(
              session.packs(),
              () -> builder(session, PackKind.CHUNKS),
              limits.workers() + limits.uploads(),
              uploadThreads);
      Worker.Shared shared =
          new Worker.Shared(
              task.view(),
              grid,
              new BatchDealer(task.view(), grid, baseline, plan.reported(), plan.wish(), limits),
              feed,
              uploads,
              new ReuseWindow(task.earlier(), session.token(), feed::arrived, ReuseWindow.CHUNKS),
              meter);
      List<Worker> workers = new ArrayList<>();
      try {
        for (int i = 0; i < limits.workers(); i++) {
          workers.add(new Worker(shared, limits, seed, parentMap(task), parentChunks(task)));
        }
        work(workers, crew);
      } finally {
        crew.stop();
        workers.forEach(Worker::close);
      }
      MapOutcome outcome = feed.finish(grid.chunks());
      Counts counts =
          workers.stream().map(Worker::counts).reduce(plan.check().counts(), Counts::plus);
      OptionalLong unreported =
          workers.stream().map(Worker::unreported).flatMapToLong(OptionalLong::stream).min();
      Optional<FingerprintWriter> fingerprints = feed.fingerprints();
      if (outcome instanceof MapOutcome.Unchanged && known != null && baseline.wasWhole()) {
        // What is there says the same already.
        fingerprints.ifPresent(FingerprintWriter::close);
        fingerprints = Optional.empty();
      }
      return new SnapshotContent(
          outcome,
          grid.sizeBytes(),
          counts,
          plan.scan(grid, bytes, unreported),
          fingerprints,
          refused.or(feed::fingerprintFailure));
    }
  }

  private void work(List<Worker> workers, Crew crew) throws SourceException, InterruptedException {
    if (limits.isSequential()) {
      workers.getFirst().work();
      return;
    }
    for (int i = 0; i < workers.size(); i++) {
      Worker worker = workers.get(i);
      crew.start(
          Thread.ofPlatform().name("tidemark-worker-" + i),
          () -> {
            worker.work();
            return null;
          });
    }
    try {
      crew.join();
    } catch (SourceException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private PackBuilder builder(SnapshotTask.Session session, PackKind kind) {
    int bytes =
        kind == PackKind.NODES
            ? Math.max(limits.packBytes(), MapEditor.SMALLEST_BUFFER_BYTES)
            : limits.packBytes();
    return new PackBuilder(
        ByteBuffer.allocateDirect(bytes),
        session.volume(),
        session.number(),
        session.token(),
        kind);
  }

  private static @Nullable FingerprintReader fingerprintsOfParent(SnapshotTask task) {
    if (task.parent().isEmpty()) {
      return null;
    }
    Optional<FingerprintReader> found = task.fingerprints().flatMap(FingerprintFile::open);
    if (found.isPresent() && !found.get().belongsTo(task.parent().get().root())) {
      found.get().close();
      return null;
    }
    return found.orElse(null);
  }

  /// Reads the parent's file beside the reader for those that are looked at.
  private static @Nullable FingerprintCarry carry(SnapshotTask task) {
    @Nullable FingerprintReader again = fingerprintsOfParent(task);
    return again == null ? null : new FingerprintCarry(again);
  }

  private static long parentChunks(SnapshotTask task) {
    return task.parent()
        .map(parent -> new ChunkGrid(parent.root().sizeBytes(), task.chunkSize()).chunks())
        .orElse(0L);
  }

  private static @Nullable MapReader parentMap(SnapshotTask task) {
    return task.parent()
        .map(parent -> new MapReader(parent.root(), task.chunkSize(), task.nodes()))
        .orElse(null);
  }
}
