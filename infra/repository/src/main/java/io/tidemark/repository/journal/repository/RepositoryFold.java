package io.tidemark.repository.journal.repository;

import io.tidemark.repository.format.More;
import io.tidemark.repository.format.MoreCodec;
import io.tidemark.repository.journal.EventHeader;
import io.tidemark.repository.journal.Fold;
import io.tidemark.repository.journal.Transition;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.key.HostId;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.VolumeId;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// The table «event × state» of the repository's journal in FORMAT.md.
public final class RepositoryFold implements Fold<RepositoryEvent, RepositoryState> {
  @Override
  public RepositoryState empty() {
    return RepositoryState.EMPTY;
  }

  @Override
  public Transition<RepositoryState> apply(
      RepositoryState state, EventHeader header, RepositoryEvent event) {
    return switch (event) {
      case RepositoryEvent.Named named -> named(state, header, named);
      case RepositoryEvent.Described described -> described(state, described);
      case RepositoryEvent.Unnamed unnamed -> unnamed(state, header, unnamed);
      case RepositoryEvent.Forgotten forgotten -> forgotten(state, forgotten);
      case RepositoryEvent.Registered registered -> registered(state, header, registered);
      case RepositoryEvent.Retired retired -> {
        SequencedMap<HostId, Host> hosts = new LinkedHashMap<>(state.hosts());
        yield hosts.remove(retired.host()) == null
            ? illegal("there is no host " + retired.host())
            : legal(state.withHosts(hosts));
      }
      case RepositoryEvent.Scheduled scheduled -> scheduled(state, header, scheduled);
      case RepositoryEvent.Unscheduled unscheduled -> {
        SequencedMap<PolicyId, Policy> policies = new LinkedHashMap<>(state.policies());
        yield policies.remove(unscheduled.policy()) == null
            ? illegal("there is no policy " + unscheduled.policy())
            : legal(state.withPolicies(policies));
      }
      case RepositoryEvent.Limited limited ->
          legal(
              new RepositoryState(
                  state.volumes(),
                  state.hosts(),
                  state.policies(),
                  limited.quotas(),
                  MoreCodec.merged(state.more(), limited.more())));
    };
  }

  private static Transition<RepositoryState> named(
      RepositoryState state, EventHeader header, RepositoryEvent.Named named) {
    if (state.find(named.volume()).isPresent()) {
      return illegal(named.volume() + " has a name already");
    }
    if (state.find(named.name()).isPresent()) {
      return illegal("another volume is named '" + named.name() + "'");
    }
    return put(
        state,
        new NamedVolume(
            named.volume(),
            named.name(),
            named.host(),
            named.source(),
            named.tags(),
            Life.OPEN,
            header.number(),
            named.more()));
  }

  private static Transition<RepositoryState> described(
      RepositoryState state, RepositoryEvent.Described described) {
    Optional<NamedVolume> old = open(state, described.volume());
    if (old.isEmpty()) {
      return illegal(described.volume() + " has no name");
    }
    return put(
        state,
        new NamedVolume(
            described.volume(),
            old.get().name(),
            described.host(),
            described.source(),
            described.tags(),
            Life.OPEN,
            old.get().since(),
            MoreCodec.merged(old.get().more(), described.more())));
  }

  private static Transition<RepositoryState> unnamed(
      RepositoryState state, EventHeader header, RepositoryEvent.Unnamed unnamed) {
    Optional<NamedVolume> old = open(state, unnamed.volume());
    if (old.isEmpty()) {
      return illegal(unnamed.volume() + " has no name");
    }
    return put(
        state,
        new NamedVolume(
            unnamed.volume(),
            old.get().name(),
            old.get().host(),
            old.get().source(),
            old.get().tags(),
            Life.CLOSED,
            header.number(),
            MoreCodec.merged(old.get().more(), unnamed.more())));
  }

  private static Transition<RepositoryState> forgotten(
      RepositoryState state, RepositoryEvent.Forgotten forgotten) {
    Optional<NamedVolume> old = state.find(forgotten.volume());
    if (old.isEmpty() || old.get().life() == Life.OPEN) {
      return illegal(forgotten.volume() + " is not closed");
    }
    SequencedMap<VolumeId, NamedVolume> volumes = new LinkedHashMap<>(state.volumes());
    volumes.remove(forgotten.volume());
    return legal(state.withVolumes(volumes));
  }

  private static Transition<RepositoryState> registered(
      RepositoryState state, EventHeader header, RepositoryEvent.Registered registered) {
    Host host = registered.host();
    Optional<Host> namesake =
        state.findHost(host.name()).filter(other -> !other.id().equals(host.id()));
    if (namesake.isPresent()) {
      return illegal("another host is named '" + host.name() + "'");
    }
    More had = state.find(host.id()).map(Host::more).orElse(More.NONE);
    SequencedMap<HostId, Host> hosts = new LinkedHashMap<>(state.hosts());
    hosts.put(host.id(), host.with(header.number(), MoreCodec.merged(had, registered.more())));
    return legal(state.withHosts(hosts));
  }

  private static Transition<RepositoryState> scheduled(
      RepositoryState state, EventHeader header, RepositoryEvent.Scheduled scheduled) {
    Policy policy = scheduled.policy();
    Optional<Policy> namesake =
        state.findPolicy(policy.name()).filter(other -> !other.id().equals(policy.id()));
    if (namesake.isPresent()) {
      return illegal("another policy is named '" + policy.name() + "'");
    }
    More had = state.find(policy.id()).map(Policy::more).orElse(More.NONE);
    SequencedMap<PolicyId, Policy> policies = new LinkedHashMap<>(state.policies());
    policies.put(
        policy.id(), policy.with(header.number(), MoreCodec.merged(had, scheduled.more())));
    return legal(state.withPolicies(policies));
  }

  private static Optional<NamedVolume> open(RepositoryState state, VolumeId volume) {
    return state.find(volume).filter(found -> found.life() == Life.OPEN);
  }

  private static Transition<RepositoryState> put(RepositoryState state, NamedVolume volume) {
    SequencedMap<VolumeId, NamedVolume> volumes = new LinkedHashMap<>(state.volumes());
    volumes.put(volume.id(), volume);
    return legal(state.withVolumes(volumes));
  }

  private static Transition<RepositoryState> legal(RepositoryState state) {
    return new Transition.Legal<>(state);
  }

  private static Transition<RepositoryState> illegal(String reason) {
    return new Transition.Illegal<>(reason);
  }
}
