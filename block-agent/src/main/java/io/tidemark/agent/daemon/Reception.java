package io.tidemark.agent.daemon;

import io.tidemark.agent.flow.ThisHost;
import io.tidemark.repository.Repository;
import io.tidemark.repository.host.Inbox;
import io.tidemark.repository.host.Marker;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Finds the requests that wait for this host. A marker only says where to look: the journal says
/// what waits.
final class Reception {
  private final Repository repository;
  private final ThisHost host;
  private final Inbox inbox;
  private final AgentLog log;

  /// Volumes whose journals cannot be read.
  private final Set<VolumeId> unreadable = new HashSet<>();

  /// Markers of requests that wait no more; functions take them away some time.
  private final Set<Marker> settled = new HashSet<>();

  Reception(Repository repository, ThisHost host, AgentLog log, Host registered) {
    this.log = log;
    this.repository = repository;
    this.host = host;
    this.inbox = new Inbox(repository, registered.id());
  }

  /// What waits according to the inbox. One request when there is nothing new.
  ///
  /// @param known is not looked up
  List<Job> look(Predicate<Marker> known) throws IOException {
    List<Marker> markers = inbox.list();
    settled.retainAll(Set.copyOf(markers));
    List<Marker> fresh =
        markers.stream()
            .filter(marker -> !settled.contains(marker) && !known.test(marker))
            .toList();
    if (fresh.isEmpty()) {
      return List.of();
    }
    RepositoryState state = repository.journal().read().state();
    List<Job> jobs = new ArrayList<>();
    for (String id : new TreeSet<>(fresh.stream().map(each -> each.volume().text()).toList())) {
      VolumeId volume = new VolumeId(id);
      List<Job> waiting = waiting(state, volume);
      if (unreadable.contains(volume)) {
        continue;
      }
      for (Marker marker : fresh) {
        if (marker.volume().equals(volume)) {
          Optional<Job> job =
              waiting.stream().filter(each -> each.marker().equals(marker)).findFirst();
          job.ifPresentOrElse(jobs::add, () -> settled.add(marker));
        }
      }
    }
    return jobs;
  }

  /// What waits according to the journals of all volumes that this host has: for the start, when
  /// whoever asked may have died before the marker, and an earlier agent at any time.
  List<Job> search() throws IOException {
    RepositoryState state = repository.journal().read().state();
    List<Job> jobs = new ArrayList<>();
    for (NamedVolume volume : state.volumes().values()) {
      if (volume.life() == RepositoryState.Life.OPEN && volume.host().equals(host.name())) {
        jobs.addAll(waiting(state, volume.id()));
      }
    }
    return jobs;
  }

  /// What waits in one journal. A damaged one keeps nobody from the others.
  private List<Job> waiting(RepositoryState state, VolumeId id) throws IOException {
    try {
      List<Job> jobs = readWaiting(state, id);
      unreadable.remove(id);
      return jobs;
    } catch (StoreException.Corrupt | StoreException.Missing | StoreException.FormatTooNew e) {
      if (unreadable.add(id)) {
        log.warn("Nothing that " + id + " is asked for can be served. " + e.getMessage());
      }
      return List.of();
    }
  }

  private List<Job> readWaiting(RepositoryState state, VolumeId id) throws IOException {
    Optional<NamedVolume> volume = state.find(id);
    if (volume.isEmpty()) {
      return List.of();
    }
    VolumeState events = repository.journal(id).read().state();
    List<Job> jobs = new ArrayList<>();
    for (Entry entry : events.entries().values()) {
      snapshot(volume.get(), entry).ifPresent(jobs::add);
    }
    events.holds().values().stream()
        .map(hold -> restore(state, volume.get(), hold))
        .flatMap(Optional::stream)
        .forEach(jobs::add);
    return jobs;
  }

  private Optional<Job> snapshot(NamedVolume volume, Entry entry) throws IOException {
    return switch (entry.phase()) {
      case Phase.Requested requested when requested.host().equals(host.name()) ->
          Optional.of(new Job.ForSnapshot(volume, entry.snapshot(), requested.latestInstant()));
      case Phase.Creating creating when creating.host().equals(host.name()) ->
          host.isServing(repository, volume, entry.snapshot())
              ? Optional.of(new Job.ForSnapshot(volume, entry.snapshot(), Optional.empty()))
              : Optional.empty();
      case Phase.Requested _, Phase.Creating _, Phase.Ready _, Phase.Trashed _, Phase.Failed _ ->
          Optional.empty();
    };
  }

  /// In the journal of a new volume the same restore has another hold, which is no request.
  private Optional<Job> restore(RepositoryState state, NamedVolume from, Hold hold) {
    if (hold.restore().isEmpty()
        || !hold.restore().get().host().equals(host.name())
        || !VolumeId.isValid(hold.restore().get().target())) {
      return Optional.empty();
    }
    VolumeId id = new VolumeId(hold.restore().get().target());
    Optional<NamedVolume> target = state.find(id);
    if (target.isEmpty()) {
      return Optional.empty();
    }
    if (id.equals(from.id())) {
      return isOwn(from, hold)
          ? Optional.of(new Job.ForRestore(target.get(), from, hold, OptionalLong.empty()))
          : Optional.empty();
    }
    OptionalLong targetHold =
        repository.journal(id).read().state().holds().values().stream()
            .filter(other -> other.restore().filter(restore -> restore.isInto(id)).isPresent())
            .mapToLong(Hold::number)
            .findFirst();
    return Optional.of(new Job.ForRestore(target.get(), from, hold, targetHold));
  }

  /// Whether the root is one of this volume, and not of another that it is restored from.
  private static boolean isOwn(NamedVolume volume, Hold hold) {
    return hold.root().packList().pack().volume().equals(volume.id());
  }
}
