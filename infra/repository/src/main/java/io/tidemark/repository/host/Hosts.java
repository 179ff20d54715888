package io.tidemark.repository.host;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import io.tidemark.repository.Repository;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.key.HostId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Registers, finds and retires hosts.
public final class Hosts {
  private final Repository repository;

  public Hosts(Repository repository) {
    this.repository = repository;
  }

  /// The same, of a host that has no steps to hold writers still.
  public Host register(String name, List<String> pools, Optional<String> wakeUp) {
    return register(name, pools, List.of(), wakeUp);
  }

  /// Registers the host of that name as it is now. An agent does so whenever it starts; when
  /// nothing has changed, nothing is written.
  ///
  /// @param pools in which it makes new volumes
  /// @param steps that hold writers of its volumes still, by name
  /// @param wakeUp where its agent listens
  public Host register(
      String name, List<String> pools, List<String> steps, Optional<String> wakeUp) {
    HostId drawn = HostId.random(repository.writer().random());
    Appended<RepositoryState, Host> appended =
        repository
            .journal()
            .append(
                reading -> {
                  Optional<Host> known = reading.state().findHost(name);
                  if (known.isPresent()
                      && known.get().pools().equals(pools)
                      && known.get().steps().equals(steps)
                      && known.get().wakeUp().equals(wakeUp)) {
                    return Decision.leave(known.get());
                  }
                  Instant at = known.map(Host::registeredAt).orElse(reading.storeTime());
                  HostId id = known.map(Host::id).orElse(drawn);
                  return Decision.append(
                      new RepositoryEvent.Registered(
                          new Host(id, name, pools, steps, wakeUp, at, 1, More.NONE), More.NONE));
                });
    return appended.outcome(state -> state.findHost(name).orElseThrow());
  }

  /// All hosts, in the order they were registered.
  public List<Host> list() {
    return List.copyOf(repository.journal().read().state().hosts().values());
  }

  /// The host with that name or id.
  ///
  /// @throws Refused when there is none
  public Host find(String nameOrId) {
    return find(repository.journal().read().state(), nameOrId);
  }

  /// The host with that name or id in a state at hand.
  ///
  /// @throws Refused when there is none
  public static Host find(RepositoryState state, String nameOrId) {
    Optional<Host> found =
        HostId.isValid(nameOrId) ? state.find(new HostId(nameOrId)) : state.findHost(nameOrId);
    return found.orElseThrow(
        () ->
            new Refused(
                Reason.UNKNOWN_HOST,
                "No agent has registered the host '"
                    + nameOrId
                    + "'. Start it there: tidemark agent run"));
  }

  /// The host whose agent serves a volume.
  ///
  /// @throws Refused when no agent has registered it
  public static Host serving(RepositoryState state, RepositoryState.NamedVolume volume) {
    return state
        .findHost(volume.host())
        .orElseThrow(
            () ->
                new Refused(
                    Reason.NO_AGENT,
                    "The volume '"
                        + volume.name()
                        + "' is on the host '"
                        + volume.host()
                        + "', and no agent has registered there. Start it: tidemark agent run"));
  }

  /// Forgets a host; does nothing when it is gone already.
  ///
  /// @throws Refused while it has volumes
  public void retire(Host host) {
    Appended<RepositoryState, RepositoryState> _ =
        repository
            .journal()
            .append(
                reading -> {
                  List<String> volumes =
                      reading.state().volumes().values().stream()
                          .filter(volume -> volume.life() == Life.OPEN)
                          .filter(volume -> volume.host().equals(host.name()))
                          .map(RepositoryState.NamedVolume::name)
                          .toList();
                  if (!volumes.isEmpty()) {
                    throw new Refused(
                        Reason.IN_USE,
                        "The host '"
                            + host.name()
                            + "' still has "
                            + volumes.size()
                            + " volumes: "
                            + String.join(", ", volumes.stream().limit(10).toList())
                            + (volumes.size() > 10 ? " …" : "")
                            + ". Remove them first: tidemark volume remove NAME");
                  }
                  return reading.state().find(host.id()).isPresent()
                      ? Decision.append(new RepositoryEvent.Retired(host.id(), More.NONE))
                      : Decision.leave(reading.state());
                });
  }
}
