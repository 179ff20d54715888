package io.tidemark.agent.flow;

import io.tidemark.agent.pipeline.Progress;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// One reading of a snapshot: its root is held and beats are written for as long as it lasts.
final class HeldReading {
  private final Repository repository;
  private final NamedVolume volume;
  private final SnapshotId snapshot;
  private final Root root;
  private final ChunkGrid grid;
  private final Pulse pulse;
  private final ProgressMeter meter;
  private final Notes notes;
  private final List<HeldRoot> holds = new ArrayList<>();
  private final AtomicBoolean silent = new AtomicBoolean();
  private final AtomicBoolean lost = new AtomicBoolean();
  private volatile Runnable afterBeat = () -> {};
  private boolean toBeGoneOnWith;

  private HeldReading(
      Repository repository,
      NamedVolume volume,
      SnapshotId snapshot,
      Root root,
      ChunkGrid grid,
      Pulse pulse,
      ProgressMeter meter,
      Notes notes) {
    this.repository = repository;
    this.volume = volume;
    this.snapshot = snapshot;
    this.root = root;
    this.grid = grid;
    this.pulse = pulse;
    this.meter = meter;
    this.notes = notes;
  }

  /// @throws Refused when the snapshot is not READY
  static HeldReading of(
      Repository repository, Snapshot snapshot, Pulse pulse, ProgressMeter meter, Notes notes) {
    if (!(snapshot.entry().phase() instanceof Phase.Ready(Phase.Content content))) {
      throw unready(snapshot);
    }
    return of(
        repository,
        snapshot.volume(),
        snapshot.entry().snapshot(),
        content.root(),
        pulse,
        meter,
        notes);
  }

  /// Of a root that is held, whatever has become of its snapshot.
  static HeldReading of(
      Repository repository,
      NamedVolume volume,
      SnapshotId snapshot,
      Root root,
      Pulse pulse,
      ProgressMeter meter,
      Notes notes) {
    VolumeState state = repository.journal(volume.id()).read().state();
    ChunkGrid grid = new ChunkGrid(root.sizeBytes(), state.volume().orElseThrow().chunkSize());
    return new HeldReading(repository, volume, snapshot, root, grid, pulse, meter, notes);
  }

  private static Refused unready(Snapshot snapshot) {
    SnapshotId id = snapshot.entry().snapshot();
    String next =
        switch (snapshot.entry().phase()) {
          case Phase.Requested _, Phase.Creating _, Phase.Ready _ ->
              "Wait until it is READY: tidemark snapshot show " + id;
          case Phase.Trashed _ -> "Bring it back first: tidemark snapshot undelete " + id;
          case Phase.Failed _ -> "There is nothing in it. See: tidemark snapshot list";
        };
    return new Refused(
        Refused.Reason.WRONG_STATE,
        id
            + " of "
            + snapshot.volume().name()
            + " is "
            + snapshot.entry().phase().word()
            + ". "
            + next);
  }

  NamedVolume volume() {
    return volume;
  }

  SnapshotId snapshot() {
    return snapshot;
  }

  Root root() {
    return root;
  }

  ChunkGrid grid() {
    return grid;
  }

  /// The reading itself.
  @FunctionalInterface
  interface Work<R> {
    R run() throws IOException, InterruptedException, FlowException;
  }

  /// Takes a hold.
  @FunctionalInterface
  interface Taking {
    Optional<HeldRoot> take();
  }

  /// Runs `work` under the holds, which are taken in order and released the other way round.
  ///
  /// @param left what is there when it does not come to its end, one sentence
  /// @throws FlowException.Interrupted when the user had it stopped
  <R> R run(List<Taking> takings, Work<R> work, Supplier<String> left)
      throws IOException, FlowException {
    String outcome = "failed";
    Pulse.Beating beating = () -> {};
    try {
      for (Taking taking : takings) {
        taking.take().ifPresent(holds::add);
      }
      if (holds.size() < takings.size()) {
        notes.warn(
            "This key may not write, so nobody can see that "
                + snapshot
                + " is being read. Do not delete it meanwhile.");
      }
      if (!holds.isEmpty()) {
        beating = pulse.every(Beats.INTERVAL, this::beat);
      }
      R result = work.run();
      outcome = VolumeEvent.Released.DONE;
      return result;
    } catch (InterruptedException e) {
      outcome = "interrupted";
      throw lost.get() ? lost() : interrupted(left.get(), e);
    } catch (StoreException.Unavailable | StoreException.UnknownOutcome e) {
      if (Thread.interrupted()) {
        // It was given up for that, and for nothing else.
        outcome = "interrupted";
        throw lost.get() ? lost() : interrupted(left.get(), e);
      }
      outcome = "failed: " + e.getMessage();
      throw e;
    } catch (IOException | RuntimeException | FlowException e) {
      outcome = "failed: " + e.getMessage();
      throw e;
    } finally {
      beating.close();
      if (!toBeGoneOnWith) {
        release(outcome);
      }
    }
  }

  private FlowException.Interrupted interrupted(String left, Throwable why) {
    return new FlowException.Interrupted(
        snapshot,
        "Interrupted while " + snapshot + " of " + volume.name() + " was read. " + left,
        why);
  }

  private FlowException.Deleted lost() {
    return new FlowException.Deleted(
        snapshot,
        "The restore of "
            + snapshot
            + " of "
            + volume.name()
            + " was ended by somebody else, its hold is gone. Ask for it again.");
  }

  /// Shows at once that a restore which somebody asked for has begun, and stops the work when a
  /// later beat finds its hold gone.
  ///
  /// @throws FlowException.Deleted when it is gone already
  void begin() throws FlowException.Deleted {
    Thread worker = Thread.currentThread();
    beat();
    if (!stand()) {
      throw lost();
    }
    afterBeat =
        () -> {
          if (!stand() && !lost.getAndSet(true)) {
            worker.interrupt();
          }
        };
  }

  /// The holds outlive this reading, for the same work will be gone on with. To be called by the
  /// work.
  void keepHolds() {
    toBeGoneOnWith = true;
  }

  private boolean stand() {
    return holds.stream().allMatch(HeldRoot::stands);
  }

  private void beat() {
    Progress progress = meter.progress();
    Beat beat =
        new Beat(
            repository.writer().clock().instant(),
            progress.totalBytes(),
            progress.readBytes(),
            progress.changedBytes(),
            progress.sentBytes());
    try {
      holds.forEach(hold -> hold.beat(beat));
      afterBeat.run();
    } catch (StoreException e) {
      if (!silent.getAndSet(true)) {
        notes.warn("The store could not be told that this reading lives: " + e.getMessage());
      }
    }
  }

  private void release(String outcome) {
    // Being asked to stop is no reason to leave a hold behind.
    boolean interrupted = Thread.interrupted();
    for (HeldRoot hold : holds.reversed()) {
      try {
        hold.release(outcome);
      } catch (StoreException e) {
        notes.warn(
            "The hold "
                + hold.number()
                + " could not be released; it ends by itself after "
                + Beats.SILENCE.toMinutes()
                + " minutes. "
                + e.getMessage());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// To be asked before damage is reported: whether the root was let go meanwhile, so that what is
  /// missing was deleted in order.
  boolean wasDeleted() {
    VolumeState state = repository.journal(volume.id()).read().state();
    boolean held = holds.stream().anyMatch(hold -> state.holds().containsKey(hold.number()));
    return !held && !state.roots().contains(root);
  }

  FlowException.Deleted deleted() {
    SnapshotId id = snapshot;
    return new FlowException.Deleted(
        id,
        id
            + " of "
            + volume.name()
            + " was deleted while it was read. See: tidemark snapshot list "
            + volume.name());
  }

  /// Why a restore could not be, when not all could be read.
  ///
  /// @param leftBehind what is at its target now, one sentence
  FlowException verdict(DamageLog damage, String leftBehind) {
    if (wasDeleted()) {
      return deleted();
    }
    SnapshotId id = snapshot;
    List<Damage> found = damage.damage();
    List<String> lines = new ArrayList<>();
    lines.add(
        id
            + " of "
            + volume.name()
            + " could not be restored. "
            + leftBehind
            + " What cannot be read:");
    found.forEach(one -> lines.add("  " + one.describe()));
    lines.add("Restore another snapshot, or see all that is hurt: tidemark snapshot verify " + id);
    return new FlowException.Damaged(id, String.join("\n", lines), found);
  }
}
