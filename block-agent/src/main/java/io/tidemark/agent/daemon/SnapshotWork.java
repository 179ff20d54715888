package io.tidemark.agent.daemon;

import io.tidemark.agent.daemon.configuration.AgentConfiguration;
import io.tidemark.agent.daemon.configuration.VolumeSetting;
import io.tidemark.agent.daemon.metrics.AgentMetrics.Work;
import io.tidemark.agent.flow.FlowException;
import io.tidemark.agent.flow.FullScans;
import io.tidemark.agent.flow.HostSteps;
import io.tidemark.agent.flow.RequestedCreation;
import io.tidemark.agent.flow.Workshop;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.agent.source.LiveConsent;
import io.tidemark.repository.Refused;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.session.RequestedSessions;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Makes the snapshots that are asked for.
final class SnapshotWork {
  /// The code of what came after its latest instant.
  static final String TOO_LATE = "TOO_LATE";

  private final Surroundings with;
  private final Waits waits;

  SnapshotWork(Surroundings with, Waits waits) {
    this.with = with;
    this.waits = waits;
  }

  /// Serves one request, until it has an end or nothing more can be done now.
  Conclusion run(Job.ForSnapshot job, AgentConfiguration configuration) {
    JobStore store = JobStore.of(with.repository(), with.bandwidth());
    RequestedCreation creation =
        new RequestedCreation(
            new Workshop(
                store.repository(),
                store.counts(),
                with.host(),
                Share.ofSnapshot(configuration.limits(), with.most()),
                with.pulse(),
                new ProgressMeter(with.clock()),
                new LoggedNotes(with.log(), job.volume().name())));
    Instant begin = with.clock().instant();
    try {
      LiveConsent consent = consent(configuration, job.volume().name());
      switch (creation.serve(
          new RequestedCreation.Request(
              job.volume(),
              job.snapshot(),
              consent,
              configuration
                  .volume(job.volume().name())
                  .map(VolumeSetting::fullScans)
                  .orElse(FullScans.usual()),
              steps(configuration, job)))) {
        case RequestedCreation.Served.Made(Snapshot made) -> made(job, made, begin);
        case RequestedCreation.Served.Late(SnapshotId _, String reason) -> late(job, reason);
        case RequestedCreation.Served.NotWaiting _ -> {
          // Somebody else has ended it.
        }
      }
      return Conclusion.ENDED;
    } catch (Refused e) {
      return refused(job, e);
    } catch (FlowException | IOException | RuntimeException e) {
      return failed(job, e);
    }
  }

  /// Fails a request whose time has passed, if the store's clock has it so.
  Conclusion end(Job.ForSnapshot job) {
    try {
      Optional<Entry> entry =
          new RequestedSessions(with.repository())
              .declineLate(job.volume().id(), job.snapshot(), with.host().name());
      if (entry.isPresent() && entry.get().phase() instanceof Phase.Requested) {
        return Conclusion.AGAIN;
      }
      if (entry.isPresent() && entry.get().phase() instanceof Phase.Failed) {
        late(job, "its time had passed before it could be begun");
      }
      return Conclusion.ENDED;
    } catch (StoreException e) {
      return Conclusion.AGAIN;
    }
  }

  private static LiveConsent consent(AgentConfiguration configuration, String volume) {
    VolumeSetting.WhenInUse whenInUse =
        configuration
            .volume(volume)
            .map(VolumeSetting::whenInUse)
            .orElse(VolumeSetting.WhenInUse.REFUSE);
    return switch (whenInUse) {
      case REFUSE -> LiveConsent.REFUSE_LIVE;
      case TAKE_LIVE -> LiveConsent.ALLOW_LIVE;
    };
  }

  private static HostSteps steps(AgentConfiguration configuration, Job.ForSnapshot job) {
    return new HostSteps(
        configuration.steps(),
        configuration.volume(job.volume().name()).flatMap(VolumeSetting::quiesce));
  }

  private void made(Job.ForSnapshot job, Snapshot made, Instant begin) {
    Instant end = with.clock().instant();
    Duration took = Duration.between(begin, end);
    SnapshotFacts facts = made.entry().content().orElseThrow().facts();
    with.metrics().made(job.volume().name(), end, took, facts);
    with.log()
        .info(
            job.volume().name()
                + ": "
                + job.snapshot()
                + " is READY; read "
                + facts.readBytes()
                + ", changed "
                + facts.changedBytes()
                + ", sent "
                + facts.sentBytes()
                + " bytes.");
  }

  private void late(Job.ForSnapshot job, String reason) {
    with.metrics().failed(job.volume().name(), Work.SNAPSHOT, TOO_LATE);
    with.log().warn(job.volume().name() + ": " + job.snapshot() + " FAILED: " + reason + ".");
  }

  /// While the volume is restored, or another process makes a snapshot of it, the request waits on,
  /// as long as it may.
  private Conclusion refused(Job.ForSnapshot job, Refused e) {
    if (e.reason() == Refused.Reason.IN_USE) {
      waits.waits(job, String.valueOf(e.getMessage()));
      return Conclusion.AGAIN;
    }
    with.metrics().failed(job.volume().name(), Work.SNAPSHOT, with.codes().apply(e));
    with.log().warn(job.describe() + " was refused: " + e.getMessage());
    try {
      Optional<Entry> _ =
          new RequestedSessions(with.repository())
              .decline(
                  job.volume().id(),
                  job.snapshot(),
                  with.host().name(),
                  String.valueOf(e.getMessage()));
      return Conclusion.ENDED;
    } catch (StoreException unwritten) {
      return Conclusion.AGAIN;
    }
  }

  private Conclusion failed(Job.ForSnapshot job, Exception e) {
    with.metrics().failed(job.volume().name(), Work.SNAPSHOT, with.codes().apply(e));
    with.log().warn(job.describe() + ": " + e.getMessage());
    // What the journal says of it is looked up again: it was told of the failure, or could not be.
    return Conclusion.AGAIN;
  }
}
