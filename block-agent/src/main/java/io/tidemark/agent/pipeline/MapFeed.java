package io.tidemark.agent.pipeline;

import io.tidemark.agent.cache.FingerprintWriter;
import io.tidemark.repository.map.MapEditor;
import io.tidemark.repository.map.MapOutcome;
import io.tidemark.repository.pack.PackSender.SentPack;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Brings the batches back into the volume's order and their changes into the map, each once its
/// pack is in the store. What waits is bounded: there are only so many batches, and none is given
/// out while too many changes wait. A worker that finds no batch sends what it has packed before it
/// waits for one, so that nobody waits for a pack that nobody sends.
///
/// One thread at a time does the work, whichever comes by; the others leave it to that one. Safe
/// for many threads.
final class MapFeed {
  /// Changes that wait for their packs, before batches have to wait for them.
  static final int WAITING_CHANGES = 1 << 17;

  private static final int ROUND_CHANGES = 1024;
  private static final long NONE = -1;

  private final MapEditor editor;
  private final long chunkOfChangedLength;
  private final int mostWaiting;
  private final BlockingQueue<Batch> free;
  private final ReentrantLock lock = new ReentrantLock();
  private final @Nullable Batch[] done;
  private final Deque<Change> waiting = new ArrayDeque<>();
  private final Deque<SentPack> arrived = new ArrayDeque<>();
  private long nextSequence;
  private boolean busy;

  // Touched by the busy thread alone.
  private final List<Change> round = new ArrayList<>();
  private long last = -1;
  private @Nullable FingerprintWriter fingerprints;
  private final @Nullable FingerprintCarry carry;
  private Optional<IOException> fingerprintFailure = Optional.empty();

  /// @param fingerprints null when none are to be written
  /// @param carry where those of chunks that are not looked at come from; null when all are
  MapFeed(
      MapEditor editor,
      @Nullable FingerprintWriter fingerprints,
      @Nullable FingerprintCarry carry,
      int batches,
      int mostWaiting) {
    this.editor = editor;
    this.carry = carry;
    this.fingerprints = fingerprints;
    this.chunkOfChangedLength = editor.chunkOfChangedLength().orElse(NONE);
    this.mostWaiting = mostWaiting;
    this.done = new @Nullable Batch[batches];
    this.free = new ArrayBlockingQueue<>(batches);
    for (int i = 0; i < batches; i++) {
      free.add(new Batch());
    }
  }

  /// A batch to be dealt into, or null when one would have to be waited for.
  @Nullable Batch poll() {
    return free.poll();
  }

  /// A batch to be dealt into. Whoever waits here must not hold chunks in a pack not yet under way.
  Batch take() throws InterruptedException {
    return free.take();
  }

  /// Takes back a batch that nothing was dealt into.
  void giveBack(Batch batch) {
    free.add(batch);
  }

  /// Takes a batch that is done with.
  void done(Batch batch) {
    lock.lock();
    try {
      done[slot(batch.sequence)] = batch;
    } finally {
      lock.unlock();
    }
    move();
  }

  /// Is told that the store holds a pack of chunks, which may now be referred to.
  void arrived(SentPack pack) {
    lock.lock();
    try {
      arrived.add(pack);
    } finally {
      lock.unlock();
    }
    move();
  }

  private void move() {
    lock.lock();
    try {
      // Whoever is busy looks again, under the lock, before it stops. A failure leaves it busy: the
      // map is then good for nothing.
      if (busy) {
        return;
      }
      busy = true;
      while (movePack() || moveChanges() || moveBatch()) {}
      busy = false;
    } finally {
      lock.unlock();
    }
  }

  private boolean moveChanges() {
    Change next = waiting.peekFirst();
    while (next != null && next.isDurable() && round.size() < ROUND_CHANGES) {
      round.add(waiting.removeFirst());
      next = waiting.peekFirst();
    }
    if (round.isEmpty()) {
      return false;
    }
    unlocked(this::editMap);
    round.clear();
    return true;
  }

  private boolean movePack() {
    SentPack pack = arrived.pollFirst();
    if (pack == null) {
      return false;
    }
    unlocked(() -> editor.packSent(pack));
    return true;
  }

  private void editMap() {
    for (Change change : round) {
      putChunkOfChangedLength(change.chunk());
      StoredChunk stored = change.stored();
      editor.put(
          change.chunk(), stored == null ? Optional.empty() : Optional.of(stored.reference()));
    }
  }

  /// A chunk that grew or shrank with the volume is another one, and the map wants to be told. If
  /// it holds data it is among the changes; if not, it is zero now as before.
  private void putChunkOfChangedLength(long next) {
    if (last < chunkOfChangedLength && chunkOfChangedLength < next) {
      editor.put(chunkOfChangedLength, Optional.empty());
    }
    last = next;
  }

  private boolean moveBatch() {
    Batch batch = done[slot(nextSequence)];
    if (batch == null || waiting.size() >= mostWaiting) {
      return false;
    }
    done[slot(nextSequence)] = null;
    nextSequence++;
    waiting.addAll(batch.changes);
    unlocked(() -> keepFingerprints(batch));
    free.add(batch);
    return true;
  }

  private void keepFingerprints(Batch batch) {
    keepFingerprints(
        writer -> {
          if (!batch.whole) {
            throw new IOException("the parent's fingerprints are damaged");
          }
          if (carry != null) {
            carry.upTo(batch.firstChunk, writer);
            carry.pass(batch.firstChunk + batch.chunks);
          }
          writer.put(batch.firstChunk, batch.chunks, batch.after);
        });
  }

  private interface Putting {
    void into(FingerprintWriter writer) throws IOException;
  }

  private void keepFingerprints(Putting putting) {
    FingerprintWriter writer = fingerprints;
    if (writer != null) {
      try {
        putting.into(writer);
      } catch (IOException e) {
        // The next snapshot is slower for it, this one is none the worse.
        fingerprintFailure = Optional.of(e);
        writer.close();
        fingerprints = null;
      }
    }
  }

  private void unlocked(Runnable work) {
    lock.unlock();
    try {
      work.run();
    } finally {
      lock.lock();
    }
  }

  private int slot(long sequence) {
    return (int) (sequence % done.length);
  }

  /// The chunk that has to be told the map whatever it holds; negative when there is none.
  long chunkOfChangedLength() {
    return chunkOfChangedLength;
  }

  /// Finishes the map, once all batches are done and all packs have arrived.
  ///
  /// @param chunks of the volume
  MapOutcome finish(long chunks) {
    lock.lock();
    try {
      if (busy || !waiting.isEmpty() || free.size() != done.length) {
        throw new IllegalStateException(
            waiting.size() + " changes and " + (done.length - free.size()) + " batches are left");
      }
    } finally {
      lock.unlock();
    }
    putChunkOfChangedLength(Long.MAX_VALUE);
    FingerprintCarry carried = carry;
    if (carried != null) {
      keepFingerprints(writer -> carried.upTo(chunks, writer));
    }
    return editor.finish();
  }

  /// The fingerprints of the whole volume, once finished; empty when they were not wanted, or could
  /// not be written.
  Optional<FingerprintWriter> fingerprints() {
    return Optional.ofNullable(fingerprints);
  }

  /// Why there are no fingerprints, if there should be some.
  Optional<IOException> fingerprintFailure() {
    return fingerprintFailure;
  }
}
