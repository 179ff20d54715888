package io.tidemark.agent.flow;

import io.tidemark.agent.pipeline.SnapshotContent;
import io.tidemark.agent.pipeline.SnapshotPipeline;
import io.tidemark.agent.pipeline.SnapshotTask;
import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.source.Changes;
import io.tidemark.agent.source.SourceException;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.ScanFacts;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.map.MapOutcome;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.session.SessionEnded;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.Tally;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One session of this host, from its `begun` to its end.
final class Attempt {
  private final Workshop with;
  private final Work work;
  private final NamedVolume volume;
  private final SnapshotSession session;
  private final Notes notes;
  private final Heartbeat beat;

  /// For the thread that will [#run] it.
  Attempt(Workshop with, Work work, SnapshotSession session) {
    this.with = with;
    this.work = work;
    this.volume = work.volume();
    this.session = session;
    this.notes = with.notes();
    this.beat = new Heartbeat(with, session);
  }

  /// Makes the snapshot and returns it READY.
  ///
  /// @throws ParentUnreadable when the session was ended for that, and another may do without
  Snapshot run() throws FlowException, ParentUnreadable {
    notes.begun(session.snapshot());
    try (Pulse.Beating _ = with.pulse().every(Heartbeat.PERIOD, beat)) {
      with.host().note(with.repository(), volume, session.token());
      DeadSessions.end(with, volume, work.parents().seen(), session.number());
      return write();
    } catch (InterruptedException e) {
      if (beat.ended().isPresent()) {
        throw beat.ended().get();
      }
      throw notMade(e, "interrupted by the user", "Interrupted.");
    } catch (SessionEnded e) {
      throw e;
    } catch (Undecided e) {
      throw e.why();
    } catch (StoreException.Unavailable | StoreException.UnknownOutcome e) {
      if (beat.ended().isEmpty() && Thread.interrupted()) {
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
            Optional.of(with.fingerprints(volume, work.parents().seen().volume().orElseThrow())),
            Collections.emptyIterator(),
            changes(),
            history().wish(work.fullScans(), work.view().instant()));
    SnapshotPipeline pipeline =
        new SnapshotPipeline(with.limits(), with.meter(), with.repository().writer().random());
    try (SnapshotContent content = pipeline.run(task)) {
      work.view().confirm();
      confirmStillness();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      ScanHistory history = history();
      history.tell(content.scan(), work.view(), volume.name(), notes);
      Entry entry = commit(content, history.facts(content.scan(), work.view()));
      remember(content, entry);
      return new Snapshot(volume, entry, List.of());
    }
  }

  private ScanHistory history() {
    return ScanHistory.of(
        work.parents().seen(),
        session
            .parent()
            .filter(_ -> work.parents().chosen().isPresent())
            .map(Phase.Parent::snapshot));
  }

  /// Where writers are held until all was read, they are let go here.
  private void confirmStillness() throws SourceException {
    try {
      work.quiescing().confirm();
    } catch (QuiesceException e) {
      throw new SourceException.NotQuiesced(volume.source(), String.valueOf(e.getMessage()), e);
    }
    work.quiescing().outcome().remarks().forEach(notes::warn);
  }

  private OptionalLong held() {
    Optional<Duration> held = work.quiescing().outcome().held();
    // Not nothing, however short.
    return held.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(held.get().plusNanos(999_999).toMillis());
  }

  private Changes changes() {
    return session
        .parent()
        .filter(_ -> work.parents().chosen().isPresent())
        .map(parent -> work.view().changesSince(parent.snapshot(), parent.root().sizeBytes()))
        .orElseGet(() -> new Changes.Unknown("there is nothing to compare with"));
  }

  private Entry commit(SnapshotContent content, ScanFacts scan) throws Undecided {
    Written written =
        switch (content.map()) {
          case MapOutcome.Unchanged _ -> new Written.Unchanged();
          case MapOutcome.Changed changed ->
              new Written.Changed(changed.sizeBytes(), changed.map(), changed.packList());
        };
    Tally asked = with.counts().tally().minus(work.before());
    SnapshotFacts facts =
        new SnapshotFacts(
            work.view().instant(),
            work.consistency(),
            content.counts().readBytes(),
            content.counts().changedBytes(),
            asked.sentBytes(),
            session.packBytes(),
            asked.requests(),
            Math.max(0, Duration.between(work.begunAt(), with.now()).toMillis()),
            Optional.of(scan),
            held());
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
    forget();
    try {
      work.view().committed(entry.snapshot());
    } catch (IOException e) {
      notes.warn(
          "What changes from now on could not be noted, so the next snapshot reads more: "
              + e.getMessage());
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
          .keepOnly(entry.root().orElseThrow(), session.chunkSize(), changed.packs(), work.nodes());
    }
  }

  private void forget() {
    try {
      with.forget(volume, session);
    } catch (IOException e) {
      notes.warn("The note of a session that has ended could not be removed: " + e.getMessage());
    }
  }

  /// Only what the parent reaches is read of the packs while a snapshot is made.
  private boolean isOfParent(StoreException e) {
    return work.parents().chosen().isPresent() && e.key().startsWith(ObjectKeys.packs(volume.id()));
  }

  /// Ends this session, so that another one without that parent can be begun. What it sent goes
  /// with the next collection.
  private ParentUnreadable endedForParent(StoreException why) throws IOException {
    session.abort("its parent cannot be read: " + why.getMessage());
    with.forget(volume, session);
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
    forget();
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
