package io.tidemark.agent.flow;

import io.tidemark.agent.flow.MapScan.Window;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.agent.restore.RestoreTarget;
import io.tidemark.agent.restore.TargetException;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.pack.ChunkPlace;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/// Restores a snapshot to a target. Every chunk is checked before a byte of it is written.
public final class SnapshotRestore {
  private final Repository repository;
  private final ReadingLimits limits;
  private final Pulse pulse;
  private final ProgressMeter meter;
  private final Notes notes;

  public SnapshotRestore(
      Repository repository, ReadingLimits limits, Pulse pulse, ProgressMeter meter, Notes notes) {
    this.repository = repository;
    this.limits = limits;
    this.pulse = pulse;
    this.meter = meter;
    this.notes = notes;
  }

  /// Opens the target once it is known how large it has to be.
  @FunctionalInterface
  public interface TargetOpener {
    RestoreTarget open(long sizeBytes) throws TargetException;
  }

  /// Where a snapshot goes.
  ///
  /// @param name for people, as they wrote it
  /// @param host this one
  /// @param volume that lies at the target, whose snapshots have to wait meanwhile
  public record Destination(
      String name, String host, Optional<NamedVolume> volume, TargetOpener opener) {}

  /// What a restore did.
  ///
  /// @param writtenBytes to the target; the rest was there or is a hole
  /// @param remarks what the user should know of the target
  public record Outcome(long sizeBytes, long writtenBytes, List<String> remarks) {
    public Outcome {
      remarks = List.copyOf(remarks);
    }
  }

  /// Restores all of a snapshot.
  ///
  /// @throws TargetException when the target is unfit, or fails
  /// @throws FlowException.Damaged when not all of the snapshot can be read
  /// @throws FlowException.Deleted when it was deleted meanwhile
  /// @throws FlowException.Interrupted when the user had it stopped
  public Outcome run(Snapshot snapshot, Destination destination) throws IOException, FlowException {
    HeldReading reading = HeldReading.of(repository, snapshot, pulse, meter, notes);
    try (RestoreTarget target = destination.opener().open(reading.root().sizeBytes())) {
      target.remarks().forEach(notes::warn);
      return reading.run(
          holds(snapshot, destination), () -> write(reading, target), target::leftBehind);
    }
  }

  /// A restore that somebody asked for.
  ///
  /// @param volume whose journal holds the snapshot for it
  /// @param targetHold number of its hold in the journal of `target`, where that is another volume
  public record Requested(
      NamedVolume volume, Hold hold, NamedVolume target, OptionalLong targetHold) {}

  /// What is to be done before the holds are released.
  @FunctionalInterface
  public interface Completion {
    void run() throws IOException;
  }

  /// Carries out a restore that somebody asked for, and releases its holds, whatever comes of it,
  /// with the reason. Only those of one that was disturbed, or stopped, or that the store went away
  /// under stay: it is to be gone on with, for until then its target is of no use.
  ///
  /// @throws TargetException when the target is unfit, or fails
  /// @throws FlowException.Damaged when not all of the snapshot can be read
  /// @throws FlowException.Deleted when somebody else ended the restore
  /// @throws FlowException.Interrupted when it was stopped
  public Outcome serve(Requested request, TargetOpener opener, Completion completion)
      throws IOException, FlowException {
    HeldReading reading =
        HeldReading.of(
            repository,
            request.volume(),
            request.hold().snapshot(),
            request.hold().root(),
            pulse,
            meter,
            notes);
    AtomicReference<String> left = new AtomicReference<>("Nothing was written.");
    return reading.run(
        holds(request),
        () -> {
          reading.begin();
          try (RestoreTarget target = opener.open(reading.root().sizeBytes())) {
            target.remarks().forEach(notes::warn);
            Outcome outcome;
            try {
              outcome = write(reading, target);
            } finally {
              left.set(target.leftBehind());
            }
            completion.run();
            return outcome;
          } catch (TargetException.Disturbed
              | InterruptedException
              | StoreException.Unavailable
              | StoreException.UnknownOutcome e) {
            reading.keepHolds();
            throw e;
          }
        },
        left::get);
  }

  /// The target's first, for it is released last.
  private List<HeldReading.Taking> holds(Requested request) {
    List<HeldReading.Taking> holds = new ArrayList<>();
    if (request.targetHold().isPresent()) {
      holds.add(
          () ->
              Optional.of(
                  HeldRoot.adopt(
                      repository, request.target().id(), request.targetHold().getAsLong())));
    }
    holds.add(
        () ->
            Optional.of(
                HeldRoot.adopt(repository, request.volume().id(), request.hold().number())));
    return holds;
  }

  private Outcome write(HeldReading reading, RestoreTarget target)
      throws IOException, InterruptedException, FlowException {
    meter.start(reading.root().sizeBytes());
    DamageLog damage = new DamageLog(reading.grid());
    read(reading, target, damage);
    if (!damage.isEmpty()) {
      throw reading.verdict(damage, target.leftBehind());
    }
    target.finish();
    return new Outcome(target.sizeBytes(), target.writtenBytes(), target.remarks());
  }

  private List<HeldReading.Taking> holds(Snapshot snapshot, Destination destination) {
    Hold.Restore restore =
        new Hold.Restore(
            destination.host(), destination.name(), Optional.empty(), Optional.empty());
    String reason = "restore to " + destination.name() + " on " + destination.host();
    Optional<NamedVolume> volume = destination.volume();
    if (volume.isEmpty()) {
      return List.of(() -> HeldRoot.take(repository, snapshot, reason, Optional.empty()));
    }
    if (volume.get().id().equals(snapshot.volume().id())) {
      return List.of(() -> HeldRoot.take(repository, snapshot, reason, Optional.of(restore)));
    }
    return List.of(
        () -> HeldRoot.takeElsewhere(repository, snapshot, volume.get(), reason, restore),
        () -> HeldRoot.take(repository, snapshot, reason, Optional.empty()));
  }

  private void read(HeldReading reading, RestoreTarget target, DamageLog damage)
      throws IOException, InterruptedException {
    ChunkGrid grid = reading.grid();
    try (StoreNodeSource nodes = new StoreNodeSource(repository.store());
        BulkReader reader = new BulkReader(repository.store(), grid, limits, damage)) {
      MapScan scan = new MapScan(reading.root(), grid, nodes, damage);
      switch (target.order()) {
        case ANY -> readInAnyOrder(scan, reader, grid, target, damage);
        case SEQUENTIAL -> readInOrder(scan, reader, grid, target, damage);
      }
      addWholePacks(scan, damage);
    }
  }

  private void readInAnyOrder(
      MapScan scan, BulkReader reader, ChunkGrid grid, RestoreTarget target, DamageLog damage)
      throws IOException, InterruptedException {
    while (scan.hasNext() && damage.isEmpty()) {
      Window window = scan.next(limits, RestoreTarget.Order.ANY);
      if (!damage.isEmpty()) {
        return;
      }
      meter.read(zeroGaps(window, grid, target));
      List<ChunkPlace> places = window.places();
      if (target.present().isPresent()) {
        places = reader.missing(places, target.present().get());
        meter.read(bytes(window.places(), grid) - bytes(places, grid));
      }
      reader.read(
          places,
          (offsetBytes, bytes) -> {
            int count = bytes.remaining();
            target.write(offsetBytes, bytes);
            meter.read(count);
            meter.sent(count);
          });
    }
  }

  /// Makes everything between the places zero, and returns how many bytes that were.
  private static long zeroGaps(Window window, ChunkGrid grid, RestoreTarget target)
      throws TargetException {
    long zeroBytes = 0;
    long next = window.from();
    for (ChunkPlace place : window.places()) {
      zeroBytes += zero(next, place.chunk(), grid, target);
      next = place.chunk() + 1;
    }
    return zeroBytes + zero(next, window.to(), grid, target);
  }

  private static long zero(long from, long to, ChunkGrid grid, RestoreTarget target)
      throws TargetException {
    if (from == to) {
      return 0;
    }
    long offsetBytes = grid.offsetBytes(from);
    long lengthBytes = grid.offsetBytes(to - 1) + grid.lengthBytes(to - 1) - offsetBytes;
    target.zero(offsetBytes, lengthBytes);
    return lengthBytes;
  }

  private static long bytes(List<ChunkPlace> places, ChunkGrid grid) {
    return places.stream().mapToLong(place -> grid.lengthBytes(place.chunk())).sum();
  }

  /// Fills one buffer from the store while the other goes out.
  private void readInOrder(
      MapScan scan, BulkReader reader, ChunkGrid grid, RestoreTarget target, DamageLog damage)
      throws IOException, InterruptedException {
    int bufferBytes = Math.toIntExact(limits.orderedChunks(grid) * grid.chunkSize().bytes());
    ByteBuffer filling = ByteBuffer.allocateDirect(bufferBytes);
    ByteBuffer leaving = ByteBuffer.allocateDirect(bufferBytes);
    try (ExecutorService writer =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("tidemark-write").factory())) {
      Future<?> written = writer.submit(() -> {});
      try {
        while (scan.hasNext()) {
          Window window = scan.next(limits, RestoreTarget.Order.SEQUENTIAL);
          ByteBuffer bytes = fill(filling, window, reader, grid);
          if (!damage.isEmpty()) {
            break;
          }
          await(written);
          long offsetBytes = grid.offsetBytes(window.from());
          written =
              writer.submit(
                  () -> {
                    int count = bytes.remaining();
                    target.write(offsetBytes, bytes);
                    meter.read(count);
                    meter.sent(count);
                    return null;
                  });
          ByteBuffer swapped = leaving;
          leaving = filling;
          filling = swapped;
        }
        await(written);
      } finally {
        // Whoever reads the other end of a pipe may never come back.
        written.cancel(true);
      }
    }
  }

  private static ByteBuffer fill(
      ByteBuffer buffer, Window window, BulkReader reader, ChunkGrid grid)
      throws IOException, InterruptedException {
    long beginBytes = grid.offsetBytes(window.from());
    buffer.clear().limit((int) window.lengthBytes(grid));
    if (window.places().size() < window.to() - window.from()) {
      while (buffer.remaining() >= Long.BYTES) {
        buffer.putLong(0);
      }
      while (buffer.hasRemaining()) {
        buffer.put((byte) 0);
      }
      buffer.rewind();
    }
    reader.read(
        window.places(),
        (offsetBytes, bytes) -> {
          int at = (int) (offsetBytes - beginBytes);
          buffer.put(at, bytes, bytes.position(), bytes.remaining());
        });
    return buffer;
  }

  private static void await(Future<?> written) throws IOException, InterruptedException {
    try {
      written.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /// A pack that is missing costs all that lies in it, read or not.
  private void addWholePacks(MapScan scan, DamageLog damage) {
    if (damage.isEmpty()) {
      return;
    }
    Set<String> missing = new HashSet<>();
    for (Damage found : damage.damage()) {
      if (found.kind() == Damage.Kind.MISSING) {
        missing.add(found.key());
      }
    }
    while (scan.hasNext()) {
      for (ChunkPlace place : scan.next(limits.windowChunks()).places()) {
        String key = place.reference().pack().key();
        if (missing.contains(key)) {
          damage.add(
              new StoreException.Missing(key, key + ": there is no such object"),
              place.chunk(),
              place.chunk() + 1);
        }
      }
    }
  }
}
