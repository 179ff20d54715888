package io.tidemark.agent.flow;

import io.tidemark.agent.quiesce.QuiesceWish;
import io.tidemark.agent.source.LiveConsent;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.system.HostLock;
import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.session.RequestedSessions;
import io.tidemark.repository.session.ResumedSessions;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.StoreException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// Makes the snapshots of this host's volumes that are asked for in the journal. Whatever stops it,
/// the journal says what became of the request, unless it could not be written.
public final class RequestedCreation {
  private final Workshop with;
  private final Repository repository;
  private final ThisHost host;
  private final RequestedSessions sessions;

  public RequestedCreation(Workshop with) {
    this.with = with;
    this.repository = with.repository();
    this.host = with.host();
    this.sessions = new RequestedSessions(repository);
  }

  /// What is wanted.
  ///
  /// @param quiesce what this host's steps are
  public record Request(
      NamedVolume volume,
      SnapshotId snapshot,
      LiveConsent consent,
      FullScans fullScans,
      HostSteps quiesce) {}

  /// What came of a request.
  public sealed interface Served {
    /// The snapshot is READY.
    record Made(Snapshot snapshot) implements Served {}

    /// It came too late, and FAILED for that.
    record Late(SnapshotId snapshot, String reason) implements Served {}

    /// It waits no more: somebody else has served, failed or removed it.
    record NotWaiting(SnapshotId snapshot) implements Served {}
  }

  /// Serves a request that waits, or one that this host began and broke off, because its process
  /// died or the store was away: then, if its time allows, with a new instant.
  ///
  /// @throws Refused when it cannot be served now; it waits on
  /// @throws StoreException.UnknownOutcome when nobody can say how it stands
  /// @throws FlowException.NotMade when it FAILED, or could not be told so
  public Served serve(Request request) throws IOException, FlowException {
    NamedVolume volume = request.volume();
    with.refuseOtherHost(volume);
    try (HostLock _ = host.lock(repository, volume)) {
      VolumeState state = repository.journal(volume.id()).read().state();
      Optional<Phase> phase = state.find(request.snapshot()).map(Entry::phase);
      if (phase.isPresent() && phase.get() instanceof Phase.Requested waiting) {
        if (!waiting.host().equals(host.name())) {
          return new Served.NotWaiting(request.snapshot());
        }
        // Before the volume is looked at, which may hold a mixture until a restore is done.
        SnapshotSession.refuseUnfit(volume.id(), state);
        return begin(request, waiting, state);
      }
      if (phase.isPresent()
          && phase.get() instanceof Phase.Creating creating
          && creating.host().equals(host.name())
          && host.isServing(repository, volume, request.snapshot())) {
        return resume(request, state);
      }
      host.forgetServing(repository, volume, request.snapshot());
      return new Served.NotWaiting(request.snapshot());
    }
  }

  private Served begin(Request request, Phase.Requested waiting, VolumeState state)
      throws IOException, FlowException {
    NamedVolume volume = request.volume();
    SnapshotId snapshot = request.snapshot();
    try (Work work = open(request, state)) {
      host.noteServing(repository, volume, snapshot, waiting.latestInstant());
      RequestedSessions.Served served;
      try {
        served = sessions.serve(volume.id(), snapshot, host.name(), work.parents());
      } catch (Refused e) {
        host.forgetServing(repository, volume, snapshot);
        throw e;
      }
      return switch (served) {
        case RequestedSessions.Served.Begun(SnapshotSession session) ->
            new Served.Made(attempt(work, session));
        case RequestedSessions.Served.Late _ -> {
          host.forgetServing(repository, volume, snapshot);
          yield new Served.Late(snapshot, "its time had passed before it could be begun");
        }
        case RequestedSessions.Served.NotWaiting _ -> {
          host.forgetServing(repository, volume, snapshot);
          yield new Served.NotWaiting(snapshot);
        }
      };
    } catch (SourceException e) {
      Optional<Entry> _ =
          sessions.decline(volume.id(), snapshot, host.name(), String.valueOf(e.getMessage()));
      throw FlowException.NotMade.of(snapshot, volume.name(), e);
    }
  }

  /// The lock says that nobody is at it. What was sent goes with the next collection: its point in
  /// time is gone.
  private Served resume(Request request, VolumeState state) throws IOException, FlowException {
    NamedVolume volume = request.volume();
    SnapshotId snapshot = request.snapshot();
    Optional<SnapshotSession> found =
        new ResumedSessions(repository).takeOver(volume.id(), snapshot);
    if (found.isEmpty()) {
      host.forgetServing(repository, volume, snapshot);
      return new Served.NotWaiting(snapshot);
    }
    SnapshotSession session = found.get();
    try (Work work = open(request, state)) {
      // Read after the instant was taken, so that it is not later than this.
      Reading<VolumeEvent, VolumeState> reading = repository.journal(volume.id()).read();
      Optional<Instant> latest = host.servingUntil(repository, volume, snapshot);
      if (latest.isPresent() && reading.storeTime().isAfter(latest.get())) {
        String reason =
            "it was begun in time but could not be made to its end, because its agent ended or the"
                + " store was away for too long, and it was too late for another instant: "
                + latest.get()
                + " was the latest allowed";
        session.fail(reason);
        with.forget(volume, session);
        return new Served.Late(snapshot, reason);
      }
      with.notes()
          .step("Going on with " + snapshot + ", which was broken off, with a new instant.");
      work.parents().take(reading.state(), session.parent().map(Phase.Parent::root));
      return new Served.Made(attempt(work, session));
    } catch (SourceException e) {
      session.fail(String.valueOf(e.getMessage()));
      with.forget(volume, session);
      throw FlowException.NotMade.of(snapshot, volume.name(), e);
    }
  }

  private Work open(Request request, VolumeState state) throws IOException {
    NamedVolume volume = request.volume();
    QuiesceWish quiesce =
        request
            .quiesce()
            .wish(
                volume,
                state.find(request.snapshot()).orElseThrow(),
                host.quiesceSteps(repository, volume));
    return with.open(volume, request.consent(), request.fullScans(), quiesce, Work.Asker.REQUEST);
  }

  private Snapshot attempt(Work work, SnapshotSession session) throws FlowException {
    try {
      return new Attempt(with, work, session).run();
    } catch (ParentUnreadable e) {
      throw e.why();
    }
  }
}
