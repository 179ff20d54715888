package io.tidemark.repository.journal.repository;

import io.tidemark.repository.format.More;
import io.tidemark.repository.key.HostId;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.VolumeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an event of the repository's journal says.
public sealed interface RepositoryEvent {
  /// Members that this code does not know; they go to the thing that the event is about.
  More more();

  /// A volume, whose own journal is there already, gets its name.
  ///
  /// @param host on which it is
  /// @param source what it is there, a path
  record Named(
      VolumeId volume,
      String name,
      String host,
      String source,
      SortedMap<String, String> tags,
      More more)
      implements RepositoryEvent {
    public Named {
      tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }
  }

  /// A volume is on another host, is something else there, or has other tags.
  record Described(
      VolumeId volume, String host, String source, SortedMap<String, String> tags, More more)
      implements RepositoryEvent {
    public Described {
      tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }
  }

  /// A volume, whose own journal is closed already, loses its name.
  record Unnamed(VolumeId volume, More more) implements RepositoryEvent {}

  /// A collection has found no object of a closed volume any more.
  record Forgotten(VolumeId volume, More more) implements RepositoryEvent {}

  /// A host is there, or is another than before.
  ///
  /// @param host whose number and unknown members count for nothing
  record Registered(Host host, More more) implements RepositoryEvent {}

  /// A host serves no requests any more.
  record Retired(HostId host, More more) implements RepositoryEvent {}

  /// A policy is there, or is another than before.
  ///
  /// @param policy whose number and unknown members count for nothing
  record Scheduled(Policy policy, More more) implements RepositoryEvent {}

  /// A policy is no more; its snapshots stay.
  record Unscheduled(PolicyId policy, More more) implements RepositoryEvent {}

  /// The limits are others.
  record Limited(Quotas quotas, More more) implements RepositoryEvent {}
}
