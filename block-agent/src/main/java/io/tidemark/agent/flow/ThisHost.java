package io.tidemark.agent.flow;

import io.tidemark.agent.cache.StateFolder;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.restore.RestoreTarget;
import io.tidemark.agent.source.Opening;
import io.tidemark.agent.source.SourceAddress;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.source.Sources;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.Holder;
import io.tidemark.agent.system.HostLock;
import io.tidemark.agent.system.OpenFileHolders;
import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/// The host that the agent runs on.
///
/// @param name under which its volumes are known
/// @param sources opens its volumes
public record ThisHost(String name, StateFolder state, SourceOpener sources) {
  /// Opens a volume.
  @FunctionalInterface
  public interface SourceOpener {
    VolumeView open(Opening opening) throws SourceException;
  }

  /// Keeps other processes of this host from writing the same volume's snapshots. Who gets it knows
  /// that no other one of this host does.
  ///
  /// @throws Refused when another process has it; names that
  public HostLock lock(Repository repository, NamedVolume volume) throws IOException {
    Path path = lockPath(repository, volume);
    Optional<HostLock> lock = HostLock.tryAcquire(path);
    if (lock.isPresent()) {
      return lock.get();
    }
    List<Holder> holders = new OpenFileHolders().of(path).holders();
    throw new Refused(
        Refused.Reason.IN_USE,
        "A snapshot of "
            + volume.name()
            + " is being made on this host already"
            + (holders.isEmpty() ? "" : ", by " + Holder.describeAll(holders))
            + ". Wait until it has ended, or stop it.");
  }

  /// Keeps a second agent of this state folder from serving the same repository.
  ///
  /// @throws Refused when another one does; names that
  public HostLock lockAgent(Repository repository) throws IOException {
    Path path = state.repository(repository.info().id()).resolve("agent");
    Optional<HostLock> lock = HostLock.tryAcquire(path);
    if (lock.isPresent()) {
      return lock.get();
    }
    throw new Refused(
        Refused.Reason.IN_USE,
        "An agent serves this repository on this host already: "
            + Holder.describeAll(new OpenFileHolders().of(path).holders())
            + ". End that one first.");
  }

  /// Whether no process of this host writes a snapshot of the volume now.
  public boolean isIdle(Repository repository, NamedVolume volume) throws IOException {
    Optional<HostLock> lock = HostLock.tryAcquire(lockPath(repository, volume));
    lock.ifPresent(HostLock::close);
    return lock.isPresent();
  }

  /// Removes what processes of this host that were killed have left beside a volume, unless one is
  /// at work on it.
  ///
  /// @throws IOException when something is left, or the source cannot be reached
  public void sweep(Repository repository, NamedVolume volume) throws IOException {
    Optional<HostLock> lock = HostLock.tryAcquire(lockPath(repository, volume));
    if (lock.isPresent()) {
      try (HostLock _ = lock.get()) {
        Sources.sweep(
            SourceAddress.parse(volume.source()), volume.id(), folder(repository, volume));
      } catch (IllegalArgumentException e) {
        throw new IOException(e);
      }
    }
  }

  /// Notes, before it is begun, that a session of this state folder runs: without the note nobody
  /// may take its process for dead, for one with another state folder has another lock.
  void note(Repository repository, NamedVolume volume, Token session) throws IOException {
    // There already when a session is gone on with.
    Files.write(notePath(repository, volume, session), new byte[0]);
  }

  /// The session has ended.
  void forget(Repository repository, NamedVolume volume, Token session) throws IOException {
    Files.deleteIfExists(notePath(repository, volume, session));
  }

  /// Whether a session was begun by this host with this state folder. If it was, and the volume is
  /// idle, its process is dead.
  public boolean began(Repository repository, NamedVolume volume, Phase.Creating session)
      throws IOException {
    return session.host().equals(name)
        && Files.exists(notePath(repository, volume, session.token()));
  }

  /// Notes, before it is begun, that this state folder serves a request: whoever finds that request
  /// CREATING later, with the volume idle, knows that its process is dead.
  ///
  /// @param latest after which its instant must not be
  void noteServing(
      Repository repository, NamedVolume volume, SnapshotId snapshot, Optional<Instant> latest)
      throws IOException {
    Files.writeString(
        servingPath(repository, volume, snapshot), latest.map(Instant::toString).orElse(""));
  }

  void forgetServing(Repository repository, NamedVolume volume, SnapshotId snapshot)
      throws IOException {
    Files.deleteIfExists(servingPath(repository, volume, snapshot));
  }

  /// Whether a request was begun to be served by this state folder and has not been seen to end.
  public boolean isServing(Repository repository, NamedVolume volume, SnapshotId snapshot)
      throws IOException {
    return Files.exists(servingPath(repository, volume, snapshot));
  }

  /// What was noted as the latest instant of a request.
  Optional<Instant> servingUntil(Repository repository, NamedVolume volume, SnapshotId snapshot)
      throws IOException {
    Path note = servingPath(repository, volume, snapshot);
    String text = Files.exists(note) ? Files.readString(note) : "";
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      // The machine stopped while it was written: then its time is not known to be over.
      return Optional.empty();
    }
  }

  private Path servingPath(Repository repository, NamedVolume volume, SnapshotId snapshot)
      throws IOException {
    return folder(repository, volume).resolve("serving-" + snapshot.text());
  }

  /// Notes the new file that a restore which this state folder carries out makes for a volume.
  public void noteRestore(Repository repository, NamedVolume target, FileStatus made)
      throws IOException {
    Files.writeString(restorePath(repository, target), identity(made));
  }

  /// Whether an earlier process of this state folder made that very file for a volume.
  public boolean hasMade(Repository repository, NamedVolume target, FileStatus file)
      throws IOException {
    Path note = restorePath(repository, target);
    return Files.exists(note) && Files.readString(note).equals(identity(file));
  }

  private static String identity(FileStatus file) {
    return file.fileSystem() + " " + file.inode();
  }

  public void forgetRestore(Repository repository, NamedVolume target) throws IOException {
    Files.deleteIfExists(restorePath(repository, target));
  }

  /// A volume that is written over: from its first byte on it holds a mixture, and no snapshot is
  /// made of it, until this or another restore onto it is done.
  ///
  /// @param opened where the volume lies
  /// @param request tells the restore from others
  public RestoreTarget noting(
      Repository repository, NamedVolume volume, RestoreTarget opened, String request)
      throws IOException {
    return new NotedTarget(opened, volume.source(), mixturePath(repository, volume), request);
  }

  /// Whether that restore, carried out by this state folder, has begun to write to the volume and
  /// has not been seen to end.
  public boolean isMixture(Repository repository, NamedVolume target, String request)
      throws IOException {
    Path note = mixturePath(repository, target);
    return Files.exists(note) && Files.readString(note).equals(request);
  }

  /// The steps that hold this volume's writers still, as noted by `volume add` on this host; none
  /// where nothing is noted.
  public List<QuiesceStep> quiesceSteps(Repository repository, NamedVolume volume)
      throws IOException {
    Path note = quiescePath(repository, volume);
    if (!Files.exists(note)) {
      return List.of();
    }
    try {
      return Files.readAllLines(note).stream().map(QuiesceStep::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new IOException(note + ": " + e.getMessage(), e);
    }
  }

  /// Notes them, for this host's eyes alone: who could write them elsewhere could have this host
  /// run what they like.
  public void noteQuiesceSteps(Repository repository, NamedVolume volume, List<QuiesceStep> steps)
      throws IOException {
    Files.write(quiescePath(repository, volume), steps.stream().map(QuiesceStep::text).toList());
  }

  private Path quiescePath(Repository repository, NamedVolume volume) throws IOException {
    return folder(repository, volume).resolve("quiesce");
  }

  /// @throws SourceException.Mixture while a restore onto the volume is not done
  void refuseMixture(Repository repository, NamedVolume volume) throws IOException {
    Path note = mixturePath(repository, volume);
    if (Files.exists(note)) {
      throw new SourceException.Mixture(
          volume.source(),
          "It holds a mixture of old and new bytes, for a restore onto it was broken off. Restore"
              + " to it again (tidemark snapshot restore "
              + volume.name()
              + "@NAME --to "
              + volume.source()
              + " --in-place). If it was put right in another way, remove "
              + note
              + ".");
    }
  }

  private Path mixturePath(Repository repository, NamedVolume target) throws IOException {
    return folder(repository, target).resolve("mixture");
  }

  private Path restorePath(Repository repository, NamedVolume target) throws IOException {
    return folder(repository, target).resolve("restore");
  }

  private Path notePath(Repository repository, NamedVolume volume, Token session)
      throws IOException {
    return folder(repository, volume).resolve("session-" + session);
  }

  Path folder(Repository repository, NamedVolume volume) throws IOException {
    return state.volume(repository.info().id(), volume.id());
  }

  private Path lockPath(Repository repository, NamedVolume volume) throws IOException {
    return folder(repository, volume).resolve("lock");
  }
}
