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
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.agent.system.HostLock;
import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.Token;
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

  /// What somebody wants by a request in the journal.
  public record Requested(NamedVolume volume, SnapshotId snapshot, LiveConsent consent) {}

  /// What came of a request.
  public sealed interface Served {
    /// The snapshot is READY.
    record Made(Snapshot snapshot) implements Served {}

    /// It came too late, and FAILED for that.
    record Late(SnapshotId snapshot) implements Served {}

    /// It waits no more: somebody else has served, failed or removed it.
    record NotWaiting(SnapshotId snapshot) implements Served {}
  }

  /// Makes the snapshot and returns it READY.
  ///
  /// @throws Refused when nothing may be made now; nothing was changed
  /// @throws SourceException when the volume cannot be had; nothing was changed
  /// @throws StoreException.UnknownOutcome when nobody can say whether there is a snapshot now
  /// @throws FlowException.NotMade when the session was begun, and ended without a snapshot
  public Snapshot run(Request request) throws IOException, FlowException {
    NamedVolume volume = request.volume();
    refuseOtherHost(volume);
    try (HostLock _ = host.lock(repository, volume);
        Work work = open(volume, request.consent(), Asker.USER)) {
      try {
        return new Attempt(work, begin(request, work)).run();
      } catch (ParentUnreadable _) {
        return new Attempt(work, begin(request, work)).run();
      }
    } catch (ParentUnreadable e) {
      throw e.why();
    }
  }

  private SnapshotSession begin(Request request, Work work) throws IOException {
    Token token = Token.random(repository.writer().random());
    host.note(repository, work.volume(), token);
    try {
      return SnapshotSession.begin(
          repository,
          new NewSnapshot(
              work.volume().id(), request.label(), Origin.MANUAL, work.begunAt(), host.name()),
          work.parents(),
          token);
    } catch (Refused e) {
      host.forget(repository, work.volume(), token);
      throw e;
    }
  }

  /// Serves a request that waits, or one whose process on this host died over it: then, if its time
  /// allows, with a new instant.
  ///
  /// @throws Refused when it cannot be served now; it waits on
  /// @throws StoreException.UnknownOutcome when nobody can say how it stands
  /// @throws FlowException.NotMade when it FAILED, or could not be told so
  public Served serve(Requested request) throws IOException, FlowException {
    NamedVolume volume = request.volume();
    refuseOtherHost(volume);
    try (HostLock _ = host.lock(repository, volume)) {
      VolumeState state = repository.journal(volume.id()).read().state();
      Optional<Phase> phase = state.find(request.snapshot()).map(Entry::phase);
      if (phase.isPresent() && phase.get() instanceof Phase.Requested waiting) {
        return waiting.host().equals(host.name())
            ? serve(request, waiting)
            : new Served.NotWaiting(request.snapshot());
      }
      if (phase.isPresent()
          && phase.get() instanceof Phase.Creating creating
          && creating.host().equals(host.name())
          && host.isServing(repository, volume, request.snapshot())) {
        return resume(request);
      }
      host.forgetServing(repository, volume, request.snapshot());
      return new Served.NotWaiting(request.snapshot());
    }
  }

  private Served serve(Requested request, Phase.Requested waiting)
      throws IOException, FlowException {
    NamedVolume volume = request.volume();
    SnapshotId snapshot = request.snapshot();
    try (Work work = open(volume, request.consent(), Asker.REQUEST)) {
      host.noteServing(repository, volume, snapshot, waiting.latestInstant());
      SnapshotSession.Served served;
      try {
        served =
            SnapshotSession.serve(repository, volume.id(), snapshot, host.name(), work.parents());
      } catch (Refused e) {
        host.forgetServing(repository, volume, snapshot);
        throw e;
      }
      return switch (served) {
        case SnapshotSession.Served.Begun(SnapshotSession session) ->
            new Served.Made(attempt(work, session));
        case SnapshotSession.Served.Late _ -> {
          host.forgetServing(repository, volume, snapshot);
          yield new Served.Late(snapshot);
        }
        case SnapshotSession.Served.NotWaiting _ -> {
          host.forgetServing(repository, volume, snapshot);
          yield new Served.NotWaiting(snapshot);
        }
      };
    } catch (SourceException e) {
      Optional<Entry> _ =
          SnapshotSession.decline(
              repository, volume.id(), snapshot, host.name(), String.valueOf(e.getMessage()));
      throw FlowException.NotMade.of(snapshot, volume.name(), e);
    }
  }

  /// The lock says that the process which began it is dead. What that sent goes with the next
  /// collection: its point in time is gone.
  private Served resume(Requested request) throws IOException, FlowException {
    NamedVolume volume = request.volume();
    SnapshotId snapshot = request.snapshot();
    Optional<SnapshotSession> session = SnapshotSession.takeOver(repository, volume.id(), snapshot);
    if (session.isEmpty()) {
      host.forgetServing(repository, volume, snapshot);
      return new Served.NotWaiting(snapshot);
    }
    try (Work work = open(volume, request.consent(), Asker.REQUEST)) {
      // Read after the instant was taken, so that it is not later than this.
      Reading<VolumeEvent, VolumeState> reading = repository.journal(volume.id()).read();
      Optional<Instant> latest = host.servingUntil(repository, volume, snapshot);
      if (latest.isPresent() && reading.storeTime().isAfter(latest.get())) {
        session
            .get()
            .fail(
                "the agent that made it died, and it was too late for another instant: "
                    + latest.get()
                    + " was the latest allowed");
        forget(volume, session.get());
        return new Served.Late(snapshot);
      }
      notes.step("Going on with " + snapshot + ", whose process died, with a new instant.");
      work.parents().take(reading.state(), session.get().parent().map(Phase.Parent::root));
      return new Served.Made(attempt(work, session.get()));
    } catch (SourceException e) {
      session.get().fail(String.valueOf(e.getMessage()));
      forget(volume, session.get());
      throw FlowException.NotMade.of(snapshot, volume.name(), e);
    }
  }

  private Snapshot attempt(Work work, SnapshotSession session) throws FlowException {
    try {
      return new Attempt(work, session).run();
    } catch (ParentUnreadable e) {
      throw e.why();
    }
  }

  private void forget(NamedVolume volume, SnapshotSession session) throws IOException {
    host.forget(repository, volume, session.token());
    host.forgetServing(repository, volume, session.snapshot());
  }

  /// Takes the instant.
  private Work open(NamedVolume volume, LiveConsent consent, Asker asker) throws IOException {
    Instant begunAt = now();
    VolumeView view = host.sources().open(Path.of(volume.source()), consent);
    NodeCache cache;
    try {
      cache = new NodeCache(host.folder(repository, volume).resolve("nodes"));
    } catch (IOException | RuntimeException e) {
      view.close();
      throw e;
    }
    view.remarks().forEach(notes::warn);
    StoreNodeSource store = new StoreNodeSource(repository.store(), cache);
    NodeSource nodes = cache.before(store);
    ParentSearch parents = new ParentSearch(opened -> fingerprints(volume, opened), nodes, notes);
    return new Work(volume, asker, begunAt, counts.tally(), view, cache, store, nodes, parents);
  }

  /// Who wants the snapshot: that decides what becomes of it when it is not made.
  private enum Asker {
    /// Waits for this process, and is told by it.
    USER,
    /// Looks into the journal.
    REQUEST
  }

  /// What one snapshot is made with.
  private record Work(
      NamedVolume volume,
      Asker asker,
      Instant begunAt,
      Tally before,
      VolumeView view,
      NodeCache cache,
      StoreNodeSource store,
      NodeSource nodes,
      ParentSearch parents)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try (view;
          cache) {
        store.close();
      }
    }
  }

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
      this.volume = work.volume();
      this.work = work;
      this.session = session;
    }

    Snapshot run() throws FlowException, ParentUnreadable {
      notes.begun(session.snapshot());
      try (Pulse.Beating _ = pulse.every(Beats.INTERVAL, this::beat)) {
        host.note(repository, volume, session.token());
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
      } catch (IOException | RuntimeException | Error e) {
        throw notMade(e, reason(e), reason(e));
      }
    }

    private Snapshot write() throws IOException, InterruptedException, Undecided, ParentUnreadable {
      try {
        return compareAndWrite();
      } catch (StoreException.Missing | StoreException.Corrupt e) {
        if (!isOfParent(e)) {
          throw e;
        }
        notes.warn(
            "What this snapshot was compared with cannot be read, so all of "
                + volume.name()
                + " is read and sent anew. "
                + e.getMessage()
                + ".");
        work.parents().takeNone();
        return switch (work.asker()) {
          case USER -> throw endedForParent(e);
          // It is known by its id already, so the same session does without.
          case REQUEST -> compareAndWrite();
        };
      }
    }

    private Snapshot compareAndWrite() throws IOException, InterruptedException, Undecided {
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
              Math.max(0, Duration.between(work.begunAt(), now()).toMillis()));
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
        forget(volume, session);
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
            && host.began(repository, volume, creating)
            // Else whoever serves the request goes on with it.
            && !host.isServing(repository, volume, entry.snapshot())) {
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
          host.forget(repository, volume, creating.token());
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

    /// Ends this session, so that another one without that parent can be begun. What it sent goes
    /// with the next collection.
    private ParentUnreadable endedForParent(StoreException why) throws IOException {
      session.abort("its parent cannot be read: " + why.getMessage());
      forget(volume, session);
      return new ParentUnreadable(why);
    }

    private FlowException.NotMade notMade(Throwable why, String journalled, String said) {
      // The journal has to be told all the same.
      boolean _ = Thread.interrupted();
      String left;
      try {
        end(why, journalled);
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

    /// Whoever waits in the journal has to find the reason there.
    private void end(Throwable why, String journalled) {
      switch (work.asker()) {
        case USER -> {
          if (why instanceof InterruptedException) {
            session.abort(journalled);
          } else {
            session.fail(journalled);
          }
        }
        case REQUEST ->
            session.fail(
                why instanceof InterruptedException
                    ? "the agent was stopped before it was done"
                    : journalled);
      }
      try {
        forget(volume, session);
      } catch (IOException e) {
        notes.warn("The note of a session that has ended could not be removed: " + e.getMessage());
      }
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
