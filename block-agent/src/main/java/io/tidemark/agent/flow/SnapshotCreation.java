package io.tidemark.agent.flow;

import io.tidemark.agent.cache.FingerprintFile;
import io.tidemark.agent.cache.NodeCache;
import io.tidemark.agent.pipeline.Limits;
import io.tidemark.agent.pipeline.Progress;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.agent.pipeline.SnapshotContent;
import io.tidemark.agent.pipeline.SnapshotPipeline;
import io.tidemark.agent.pipeline.SnapshotTask;
import io.tidemark.agent.source.LiveConsent;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.agent.system.HostLock;
import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.map.MapOutcome;
import io.tidemark.repository.map.NodeSource;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.SessionEnded;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.decorated.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Makes a snapshot of a volume of this host. Whatever stops it, it ends its session in the
/// journal, or says that it could not.
public final class SnapshotCreation {
  private final Repository repository;
  private final CountingObjectStore counts;
  private final ThisHost host;
  private final Limits limits;
  private final Pulse pulse;
  private final ProgressMeter meter;
  private final Notes notes;

  /// @param counts the repository's store, which counts what it is asked
  public SnapshotCreation(
      Repository repository,
      CountingObjectStore counts,
      ThisHost host,
      Limits limits,
      Pulse pulse,
      ProgressMeter meter,
      Notes notes) {
    this.repository = repository;
    this.counts = counts;
    this.host = host;
    this.limits = limits;
    this.pulse = pulse;
    this.meter = meter;
    this.notes = notes;
  }

  /// What is wanted.
  public record Request(NamedVolume volume, Label label, LiveConsent consent) {}

  /// Makes the snapshot and returns it READY.
  ///
  /// @throws Refused when nothing may be made now; nothing was changed
  /// @throws io.tidemark.agent.source.SourceException when the volume cannot be had; nothing was
  ///   changed
  /// @throws StoreException.UnknownOutcome when nobody can say whether there is a snapshot now
  /// @throws FlowException.NotMade when the session was begun, and ended without a snapshot
  public Snapshot run(Request request) throws IOException, FlowException {
    Instant requestedAt = now();
    NamedVolume volume = request.volume();
    refuseOtherHost(volume);
    try (HostLock _ = host.lock(repository, volume);
        VolumeView view = host.sources().open(Path.of(volume.source()), request.consent());
        NodeCache cache = new NodeCache(host.folder(repository, volume).resolve("nodes"));
        StoreNodeSource store = new StoreNodeSource(repository.store(), cache)) {
      view.remarks().forEach(notes::warn);
      NodeSource nodes = cache.before(store);
      Tally before = counts.tally();
      ParentSearch parents = new ParentSearch(opened -> fingerprints(volume, opened), nodes, notes);
      Work work = new Work(request, requestedAt, before, view, cache, nodes, parents);
      try {
        return attempt(work);
      } catch (ParentUnreadable e) {
        notes.warn(
            "What this snapshot was compared with cannot be read, so all of "
                + volume.name()
                + " is read and sent anew. "
                + e.why().getMessage()
                + ".");
        parents.takeNone();
        return attempt(work);
      }
    } catch (ParentUnreadable e) {
      throw e.why();
    }
  }

  private Snapshot attempt(Work work) throws FlowException, ParentUnreadable {
    SnapshotSession session =
        SnapshotSession.begin(
            repository,
            new NewSnapshot(
                work.request().volume().id(),
                work.request().label(),
                Origin.MANUAL,
                work.requestedAt(),
                host.name()),
            work.parents());
    notes.begun(session.snapshot());
    return new Attempt(work, session).run();
  }

  /// What all attempts at one request share.
  private record Work(
      Request request,
      Instant requestedAt,
      Tally before,
      VolumeView view,
      NodeCache cache,
      NodeSource nodes,
      ParentSearch parents) {}

  private void refuseOtherHost(NamedVolume volume) {
    if (!volume.host().equals(host.name())) {
      throw new Refused(
          Refused.Reason.OTHER_HOST,
          "The volume "
              + volume.name()
              + " is "
              + volume.source()
              + " on the host "
              + volume.host()
              + ", and this is "
              + host.name()
              + ". Run this there; or, if this is that host under a new name, set TIDEMARK_HOST="
              + volume.host());
    }
  }

  private FingerprintFile fingerprints(NamedVolume volume, VolumeState.Opened opened) {
    try {
      return new FingerprintFile(
          host.folder(repository, volume).resolve("fingerprints"),
          repository.info().id(),
          volume.id(),
          opened.chunkSize());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Instant now() {
    return repository.writer().clock().instant();
  }

  /// One session, from its `begun` to its end.
  private final class Attempt {
    private final NamedVolume volume;
    private final Work work;
    private final SnapshotSession session;
    private final Thread worker = Thread.currentThread();
    private final AtomicReference<@Nullable SessionEnded> ended = new AtomicReference<>();
    private final AtomicBoolean silent = new AtomicBoolean();

    Attempt(Work work, SnapshotSession session) {
      this.volume = work.request().volume();
      this.work = work;
      this.session = session;
    }

    Snapshot run() throws FlowException, ParentUnreadable {
      try (Pulse.Beating _ = pulse.every(Beats.INTERVAL, this::beat)) {
        host.note(repository, volume, session.number());
        endDeadSessions();
        return write();
      } catch (InterruptedException e) {
        SessionEnded gone = ended.get();
        if (gone != null) {
          throw gone;
        }
        throw notMade(e, "interrupted by the user", "Interrupted.");
      } catch (SessionEnded e) {
        throw e;
      } catch (Undecided e) {
        throw e.why();
      } catch (StoreException.Unavailable | StoreException.UnknownOutcome e) {
        if (ended.get() == null && Thread.interrupted()) {
          // It was given up for that, and for nothing else.
          throw notMade(new InterruptedException(), "interrupted by the user", "Interrupted.");
        }
        throw notMade(e, reason(e), reason(e));
      } catch (StoreException.Missing | StoreException.Corrupt e) {
        if (isOfParent(e)) {
          endForParent(e);
        }
        throw notMade(e, reason(e), reason(e));
      } catch (IOException | RuntimeException | Error e) {
        throw notMade(e, reason(e), reason(e));
      }
    }

    private Snapshot write() throws IOException, InterruptedException, Undecided {
      SnapshotTask task =
          new SnapshotTask(
              work.view(),
              session.chunkSize(),
              new SnapshotTask.Session(
                  session.volume(), session.number(), session.token(), session.packs()),
              work.parents().chosen(),
              work.nodes(),
              work.cache(),
              Optional.of(fingerprints(volume, work.parents().seen().volume().orElseThrow())),
              Collections.emptyIterator());
      SnapshotPipeline pipeline = new SnapshotPipeline(limits, meter, repository.writer().random());
      try (SnapshotContent content = pipeline.run(task)) {
        work.view().confirm();
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        Entry entry = commit(content);
        remember(content, entry);
        return new Snapshot(volume, entry, List.of());
      }
    }

    private Entry commit(SnapshotContent content) throws Undecided {
      Written written =
          switch (content.map()) {
            case MapOutcome.Unchanged _ -> new Written.Unchanged();
            case MapOutcome.Changed changed ->
                new Written.Changed(changed.sizeBytes(), changed.map(), changed.packList());
          };
      Tally asked = counts.tally().minus(work.before());
      SnapshotFacts facts =
          new SnapshotFacts(
              work.view().instant(),
              work.view().consistency(),
              content.counts().readBytes(),
              content.counts().changedBytes(),
              asked.sentBytes(),
              session.packBytes(),
              asked.requests(),
              Math.max(0, Duration.between(work.requestedAt(), now()).toMillis()));
      try {
        return session.commit(written, facts);
      } catch (StoreException.UnknownOutcome e) {
        if (Thread.interrupted()) {
          // Too late to stop, and only the interrupt kept this from being settled.
          return settle(written, facts);
        }
        throw new Undecided(undecided(e));
      }
    }

    private Entry settle(Written written, SnapshotFacts facts) throws Undecided {
      try {
        return session.commit(written, facts);
      } catch (StoreException.UnknownOutcome e) {
        throw new Undecided(undecided(e));
      }
    }

    private StoreException.UnknownOutcome undecided(StoreException.UnknownOutcome e) {
      return new StoreException.UnknownOutcome(
          e.key(),
          "It is not known whether the snapshot "
              + session.snapshot()
              + " of "
              + volume.name()
              + " is there. Look once the store answers: tidemark snapshot show "
              + session.snapshot()
              + ". "
              + e.getMessage(),
          e);
    }

    /// From here on the snapshot is READY, and only the next one's speed is at stake.
    private void remember(SnapshotContent content, Entry entry) {
      try {
        host.forget(repository, volume, session.number());
      } catch (IOException e) {
        notes.warn("The note of a session that has ended could not be removed: " + e.getMessage());
      }
      content.remember();
      content
          .forgotten()
          .ifPresent(
              e ->
                  notes.warn(
                      "The fingerprints could not be kept, so the next snapshot reads more: "
                          + e.getMessage()));
      if (content.map() instanceof MapOutcome.Changed changed) {
        work.cache()
            .keepOnly(
                entry.root().orElseThrow(), session.chunkSize(), changed.packs(), work.nodes());
      }
    }

    /// Sessions of this host that still stand have no process: this one has the lock.
    private void endDeadSessions() throws IOException {
      for (Entry entry : work.parents().seen().entries().values()) {
        if (entry.phase() instanceof Phase.Creating creating
            && creating.session() != session.number()
            && host.began(repository, volume, creating)) {
          notes.step(
              "Ending " + entry.snapshot() + ", whose process died. It was never a snapshot.");
          repository
              .journal(volume.id())
              .<VolumeState>append(
                  reading ->
                      reading
                              .state()
                              .find(entry.snapshot())
                              .filter(still -> still.phase().equals(creating))
                              .isPresent()
                          ? Decision.append(
                              new VolumeEvent.Removed(
                                  entry.snapshot(), "its process is gone", More.NONE))
                          : Decision.leave(reading.state()));
          host.forget(repository, volume, creating.session());
        }
      }
    }

    private void beat() {
      Progress progress = meter.progress();
      try {
        session.beat(
            new Beat(
                now(),
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
          notes.warn(
              "The store could not be told that "
                  + session.snapshot()
                  + " is still being made; after "
                  + Beats.SILENCE.toMinutes()
                  + " minutes of that anybody may end it. "
                  + e.getMessage());
        }
      }
    }

    /// Only what the parent reaches is read of the packs while a snapshot is made.
    private boolean isOfParent(StoreException e) {
      return work.parents().chosen().isPresent()
          && e.key().startsWith(ObjectKeys.packs(volume.id()));
    }

    /// Ends this session, so that another one can do without the parent. What it sent goes with the
    /// next collection.
    private void endForParent(StoreException why) throws ParentUnreadable {
      try {
        session.abort("its parent cannot be read: " + why.getMessage());
        host.forget(repository, volume, session.number());
      } catch (StoreException | IOException _) {
        // Then it is told like any other failure.
        return;
      }
      throw new ParentUnreadable(why);
    }

    private FlowException.NotMade notMade(Throwable why, String journalled, String said) {
      // The journal has to be told all the same.
      boolean _ = Thread.interrupted();
      String left;
      try {
        if (why instanceof InterruptedException) {
          session.abort(journalled);
        } else {
          session.fail(journalled);
        }
        left = left();
      } catch (StoreException e) {
        left =
            "It still stands as CREATING, for the journal could not be written ("
                + e.getMessage()
                + "). The next 'tidemark snapshot create "
                + volume.name()
                + "' on this host ends it, or "
                + Beats.SILENCE.toMinutes()
                + " minutes of silence do.";
      }
      return new FlowException.NotMade(
          session.snapshot(),
          said
              + "\nThe snapshot "
              + session.snapshot()
              + " of "
              + volume.name()
              + " was not made. "
              + left,
          why);
    }

    /// What is in the store though nothing refers to it, and what may come.
    private String left() {
      long there = session.packBytes();
      long coming = session.unsettledBytes();
      if (there == 0 && coming == 0) {
        return "Nothing is left of it.";
      }
      String uploaded =
          there == 0
              ? ""
              : "The " + there + " bytes it uploaded go with the next 'tidemark collect'. ";
      String mayArrive =
          coming == 0
              ? ""
              : "Up to "
                  + coming
                  + " bytes were on their way and may still arrive; they go with the next 'tidemark"
                  + " collect' after that.";
      return (uploaded + mayArrive).strip();
    }

    private static String reason(Throwable e) {
      return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
  }

  /// The commit was sent, and nobody knows what became of it.
  private static final class Undecided extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient StoreException.UnknownOutcome why;

    Undecided(StoreException.UnknownOutcome why) {
      super(why);
      this.why = why;
    }

    StoreException.UnknownOutcome why() {
      return why;
    }
  }

  /// The session was ended because something that its parent reaches is missing or damaged.
  private static final class ParentUnreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient StoreException why;

    ParentUnreadable(StoreException why) {
      super(why);
      this.why = why;
    }

    StoreException why() {
      return why;
    }
  }
}
