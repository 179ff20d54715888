package io.tidemark.repository.journal.repository;

import io.tidemark.repository.format.More;
import io.tidemark.repository.key.VolumeId;

/// What an event of the repository's journal says.
public sealed interface RepositoryEvent {
  /// Members that this code does not know; they go to the volume that the event is about.
  More more();

  /// A volume, whose own journal is there already, gets its name.
  ///
  /// @param host on which it is
  /// @param source what it is there, a path
  record Named(VolumeId volume, String name, String host, String source, More more)
      implements RepositoryEvent {}

  /// A volume, whose own journal is closed already, loses its name.
  record Unnamed(VolumeId volume, More more) implements RepositoryEvent {}

  /// A collection has found no object of a closed volume any more.
  record Forgotten(VolumeId volume, More more) implements RepositoryEvent {}
}
