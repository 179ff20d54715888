package io.tidemark.agent.flow;

import io.tidemark.agent.cache.StateFolder;
import io.tidemark.agent.source.LiveConsent;
import io.tidemark.agent.source.SourceException;
import io.tidemark.agent.source.VolumeView;
import io.tidemark.agent.system.Holder;
import io.tidemark.agent.system.HostLock;
import io.tidemark.agent.system.OpenFileHolders;
import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The host that the agent runs on.
///
/// @param name under which its volumes are known
/// @param sources opens its volumes
public record ThisHost(String name, StateFolder state, SourceOpener sources) {
  /// Opens a volume by its path.
  @FunctionalInterface
  public interface SourceOpener {
    VolumeView open(Path path, LiveConsent consent) throws SourceException;
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

  /// Whether no process of this host writes a snapshot of the volume now.
  public boolean isIdle(Repository repository, NamedVolume volume) throws IOException {
    Optional<HostLock> lock = HostLock.tryAcquire(lockPath(repository, volume));
    lock.ifPresent(HostLock::close);
    return lock.isPresent();
  }

  /// Notes that a session of this state folder runs: without the note nobody may take its process
  /// for dead, for one with another state folder has another lock.
  void note(Repository repository, NamedVolume volume, long session) throws IOException {
    Files.createFile(notePath(repository, volume, session));
  }

  /// The session has ended.
  void forget(Repository repository, NamedVolume volume, long session) throws IOException {
    Files.deleteIfExists(notePath(repository, volume, session));
  }

  /// Whether a session was begun by this host with this state folder. If it was, and the volume is
  /// idle, its process is dead.
  public boolean began(Repository repository, NamedVolume volume, Phase.Creating session)
      throws IOException {
    return session.host().equals(name)
        && Files.exists(notePath(repository, volume, session.session()));
  }

  private Path notePath(Repository repository, NamedVolume volume, long session)
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
