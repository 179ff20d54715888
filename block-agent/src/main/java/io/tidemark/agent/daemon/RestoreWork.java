package io.tidemark.agent.daemon;

import io.tidemark.agent.daemon.configuration.AgentConfiguration;
import io.tidemark.agent.daemon.metrics.AgentMetrics.Work;
import io.tidemark.agent.flow.FlowException;
import io.tidemark.agent.flow.SnapshotRestore;
import io.tidemark.agent.flow.ThisHost;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.agent.restore.Placement;
import io.tidemark.agent.restore.RestoreTarget;
import io.tidemark.agent.restore.RestoreTargets;
import io.tidemark.agent.restore.TargetException;
import io.tidemark.agent.source.SourceAddress;
import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.HostLock;
import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.host.Marker;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.restore.RestoreRequests;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Carries out the restores that are asked for: in place, or to a new volume in a pool.
final class RestoreWork {
  /// How long the others are left alone with a volume that they came to use meanwhile; as far apart
  /// as beats are to be.
  private static final Duration LEFT_ALONE = Beats.INTERVAL;

  private final Surroundings with;
  private final Waits waits;

  /// When a disturbed restore is tried again.
  private final Map<Marker, Instant> notBefore = new ConcurrentHashMap<>();

  RestoreWork(Surroundings with, Waits waits) {
    this.with = with;
    this.waits = waits;
  }

  /// Carries out one, until its hold is released or nothing more can be done now.
  Conclusion run(Job.ForRestore job, AgentConfiguration configuration) {
    if (with.clock().instant().isBefore(notBefore.getOrDefault(job.marker(), Instant.MIN))) {
      return Conclusion.AGAIN;
    }
    notBefore.remove(job.marker());
    Repository repository = JobStore.of(with.repository(), with.bandwidth()).repository();
    try (HostLock _ = with.host().lock(repository, job.volume())) {
      Reading<VolumeEvent, VolumeState> reading = repository.journal(job.from().id()).read();
      if (!reading.state().holds().containsKey(job.hold().number())) {
        // It failed, or somebody else ended it.
        with.host().forgetRestore(repository, job.volume());
        new RestoreRequests(repository).withdraw(job.volume());
        return Conclusion.ENDED;
      }
      if (isLate(repository, job, reading.storeTime())) {
        return refuse(
            repository,
            job,
            SnapshotWork.TOO_LATE,
            "nobody began it before " + job.due().orElseThrow() + ", the latest allowed");
      }
      if (isServed(job.volume())) {
        return refuse(
            repository,
            job,
            "SERVED_VOLUME",
            "nothing is written to "
                + job.volume().source()
                + ", which a server or a machine has; restore it to a new volume or a file");
      }
      Optional<Path> place = place(job.volume(), configuration);
      if (place.isEmpty()) {
        return refuse(
            repository,
            job,
            "NO_POOL",
            "the agent of "
                + with.host().name()
                + " has no folder for "
                + job.volume().source()
                + "; its pools are: "
                + String.join(", ", configuration.pools().keySet()));
      }
      restore(repository, job, place.get(), configuration);
      return Conclusion.ENDED;
    } catch (Refused e) {
      waits.waits(job, String.valueOf(e.getMessage()));
      return Conclusion.AGAIN;
    } catch (TargetException.Disturbed e) {
      notBefore.put(job.marker(), with.clock().instant().plus(LEFT_ALONE));
      waits.waits(job, e.getMessage() + " It is gone on with once nobody has it open.");
      return Conclusion.AGAIN;
    } catch (FlowException.Interrupted e) {
      with.log().info(job.describe() + " was stopped; it is gone on with. " + e.getMessage());
      return Conclusion.AGAIN;
    } catch (StoreException.Unavailable | StoreException.UnknownOutcome e) {
      notBefore.put(job.marker(), with.clock().instant().plus(LEFT_ALONE));
      waits.waits(job, e.getMessage() + " It is gone on with once the store answers.");
      return Conclusion.AGAIN;
    } catch (FlowException | IOException | RuntimeException e) {
      with.metrics().failed(job.volume().name(), Work.RESTORE, with.codes().apply(e));
      with.log().warn(job.describe() + ": " + e.getMessage());
      // Its hold was released with the reason, or could not be: that is looked up again.
      return Conclusion.AGAIN;
    }
  }

  /// A restore that has beaten once was begun in time.
  private static boolean isLate(Repository repository, Job.ForRestore job, Instant now) {
    return job.due().filter(now::isAfter).isPresent()
        && new Beats(repository, job.from().id(), job.hold().number()).read().isEmpty();
  }

  private Conclusion refuse(Repository repository, Job.ForRestore job, String code, String reason) {
    Snapshots snapshots = new Snapshots(repository);
    snapshots.release(job.from().id(), job.hold().number(), "refused: " + reason);
    job.targetHold()
        .ifPresent(hold -> snapshots.release(job.volume().id(), hold, "refused: " + reason));
    new RestoreRequests(repository).withdraw(job.volume());
    with.metrics().failed(job.volume().name(), Work.RESTORE, code);
    with.log().warn(job.describe() + " was refused: " + reason + ".");
    return Conclusion.ENDED;
  }

  /// Where the volume is, or is to be.
  private static Optional<Path> place(NamedVolume volume, AgentConfiguration configuration) {
    if (!isToBeMade(volume)) {
      return Optional.of(Path.of(volume.source()));
    }
    return configuration.pools().entrySet().stream()
        .filter(pool -> RestoreRequests.source(pool.getKey()).equals(volume.source()))
        .map(pool -> pool.getValue().resolve(volume.name() + ".raw"))
        .findFirst();
  }

  private static boolean isToBeMade(NamedVolume volume) {
    return !volume.source().startsWith("/") && !isServed(volume);
  }

  /// Whether its bytes are somebody else's to write.
  private static boolean isServed(NamedVolume volume) {
    return !SourceAddress.isPath(volume.source());
  }

  private void restore(
      Repository repository, Job.ForRestore job, Path place, AgentConfiguration configuration)
      throws IOException, FlowException {
    SnapshotRestore restore =
        new SnapshotRestore(
            repository,
            Share.ofRestore(configuration.limits(), with.most()),
            with.pulse(),
            new ProgressMeter(with.clock()),
            new LoggedNotes(with.log(), job.volume().name()));
    with.log().info(job.describe() + " begins, onto " + place + ".");
    SnapshotRestore.Outcome outcome;
    try {
      outcome =
          restore.serve(
              new SnapshotRestore.Requested(job.from(), job.hold(), job.volume(), job.targetHold()),
              sizeBytes -> open(repository, job, place, sizeBytes),
              () -> settle(repository, job.volume(), place));
    } finally {
      if (!hasMade(repository, job.volume(), place)) {
        // What was begun is gone, and another file may come to its number.
        with.host().forgetRestore(repository, job.volume());
      }
    }
    with.host().forgetRestore(repository, job.volume());
    with.metrics().restored(job.volume().name(), outcome.writtenBytes());
    with.log()
        .info(job.describe() + " is done; " + outcome.writtenBytes() + " bytes were written.");
  }

  private RestoreTarget open(Repository repository, Job.ForRestore job, Path place, long sizeBytes)
      throws TargetException {
    try {
      return isToBeMade(job.volume())
          ? openNew(repository, job.volume(), place, sizeBytes)
          : openInPlace(repository, job, place, sizeBytes);
    } catch (TargetException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Once it has begun to write, what is in the way later does not end it.
  private RestoreTarget openInPlace(
      Repository repository, Job.ForRestore job, Path place, long sizeBytes) throws IOException {
    ThisHost host = with.host();
    String request = job.marker().toString();
    try {
      return host.noting(
          repository,
          job.volume(),
          RestoreTargets.open(place.toString(), Placement.IN_PLACE, sizeBytes),
          request);
    } catch (TargetException.InUse e) {
      if (host.isMixture(repository, job.volume(), request)) {
        throw new TargetException.Disturbed(
            place.toString(),
            "holds a mixture of old and new bytes since this restore began. " + e.getMessage());
      }
      throw e;
    }
  }

  /// A file that an earlier process made for this is compared rather than refused: all of it was
  /// there when it got its name, and only the journal had still to be told.
  private RestoreTarget openNew(
      Repository repository, NamedVolume volume, Path place, long sizeBytes) throws IOException {
    ThisHost host = with.host();
    if (hasMade(repository, volume, place)) {
      return RestoreTargets.open(place.toString(), Placement.IN_PLACE, sizeBytes);
    }
    RestoreTarget target = RestoreTargets.open(place.toString(), Placement.FRESH, sizeBytes);
    boolean noted = false;
    try {
      host.noteRestore(repository, volume, target.made().orElseThrow());
      noted = true;
      return target;
    } finally {
      if (!noted) {
        target.close();
      }
    }
  }

  private boolean hasMade(Repository repository, NamedVolume volume, Path place)
      throws IOException {
    return Files.exists(place) && with.host().hasMade(repository, volume, FileStatus.of(place));
  }

  /// From now on the new volume is what was restored.
  private static void settle(Repository repository, NamedVolume volume, Path place) {
    if (isToBeMade(volume)) {
      NamedVolume _ =
          new Volumes(repository)
              .describe(
                  volume.id(),
                  old -> new Volumes.Description(old.host(), place.toString(), old.tags()));
    }
  }
}
