package io.tidemark.repository.journal.repository;

import io.tidemark.repository.format.More;
import io.tidemark.repository.key.HostId;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.VolumeId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the repository's journal says of volumes, hosts and policies, each in the order they were
/// added, and of quotas.
public record RepositoryState(
    SequencedMap<VolumeId, NamedVolume> volumes,
    SequencedMap<HostId, Host> hosts,
    SequencedMap<PolicyId, Policy> policies,
    Quotas quotas,
    More more) {
  public static final RepositoryState EMPTY =
      new RepositoryState(
          new LinkedHashMap<>(),
          new LinkedHashMap<>(),
          new LinkedHashMap<>(),
          Quotas.NONE,
          More.NONE);

  /// One volume.
  ///
  /// @param since number of the event that put it in its present life
  public record NamedVolume(
      VolumeId id,
      String name,
      String host,
      String source,
      SortedMap<String, String> tags,
      Life life,
      long since,
      More more) {
    public NamedVolume {
      tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }
  }

  /// Whether a volume has its name, or is closed and only waits to be collected.
  public enum Life {
    OPEN,
    CLOSED
  }

  public RepositoryState {
    volumes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(volumes));
    hosts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(hosts));
    policies = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(policies));
  }

  /// The open volume of that name.
  public Optional<NamedVolume> find(String name) {
    return volumes.values().stream()
        .filter(volume -> volume.life() == Life.OPEN && volume.name().equals(name))
        .findFirst();
  }

  public Optional<NamedVolume> find(VolumeId id) {
    return Optional.ofNullable(volumes.get(id));
  }

  public Optional<Host> find(HostId id) {
    return Optional.ofNullable(hosts.get(id));
  }

  /// The host that volumes name so.
  public Optional<Host> findHost(String name) {
    return hosts.values().stream().filter(host -> host.name().equals(name)).findFirst();
  }

  public Optional<Policy> find(PolicyId id) {
    return Optional.ofNullable(policies.get(id));
  }

  public Optional<Policy> findPolicy(String name) {
    return policies.values().stream().filter(policy -> policy.name().equals(name)).findFirst();
  }

  RepositoryState withVolumes(SequencedMap<VolumeId, NamedVolume> next) {
    return new RepositoryState(next, hosts, policies, quotas, more);
  }

  RepositoryState withHosts(SequencedMap<HostId, Host> next) {
    return new RepositoryState(volumes, next, policies, quotas, more);
  }

  RepositoryState withPolicies(SequencedMap<PolicyId, Policy> next) {
    return new RepositoryState(volumes, hosts, next, quotas, more);
  }
}
