package io.tidemark.agent.flow;

import io.tidemark.agent.pipeline.Progress;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.session.SessionEnded;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Tells the store how far a session is, and interrupts the thread that made this once it finds the
/// session gone. To be run every [#PERIOD]: the first time it tells, so that whoever asked soon
/// sees that it goes on; later no more often than beats may be.
final class Heartbeat implements Runnable {
  /// A snapshot that is made sooner needs no beat.
  static final Duration PERIOD = Duration.ofSeconds(5);

  private static final long RUNS_A_BEAT = Beats.INTERVAL.dividedBy(PERIOD);

  private final Workshop with;
  private final SnapshotSession session;
  private final Thread worker = Thread.currentThread();
  private final AtomicReference<@Nullable SessionEnded> ended = new AtomicReference<>();
  private final AtomicBoolean silent = new AtomicBoolean();

  /// Only of the pulse.
  private long runs;

  Heartbeat(Workshop with, SnapshotSession session) {
    this.with = with;
    this.session = session;
  }

  /// How the session was found to have ended.
  Optional<SessionEnded> ended() {
    return Optional.ofNullable(ended.get());
  }

  @Override
  public void run() {
    if (runs++ % RUNS_A_BEAT == 0) {
      beat();
    }
  }

  private void beat() {
    Progress progress = with.meter().progress();
    try {
      session.beat(
          new Beat(
              with.now(),
              progress.totalBytes(),
              progress.readBytes(),
              progress.changedBytes(),
              progress.sentBytes()));
    } catch (SessionEnded e) {
      ended.set(e);
      worker.interrupt();
      throw e;
    } catch (StoreException e) {
      if (!silent.getAndSet(true)) {
        with.notes()
            .warn(
                "The store could not be told that "
                    + session.snapshot()
                    + " is still being made; after "
                    + Beats.SILENCE.toMinutes()
                    + " minutes of that anybody may end it. "
                    + e.getMessage());
      }
    }
  }
}
