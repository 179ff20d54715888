package io.tidemark.repository.journal.repository;

import io.tidemark.repository.format.More;
import io.tidemark.repository.key.VolumeId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// What the repository's journal says of all volumes, in the order they were added.
public record RepositoryState(SequencedMap<VolumeId, NamedVolume> volumes, More more) {
  public static final RepositoryState EMPTY = new RepositoryState(new LinkedHashMap<>(), More.NONE);

  /// One volume.
  ///
  /// @param since number of the event that put it in its present life
  public record NamedVolume(
      VolumeId id, String name, String host, String source, Life life, long since, More more) {}

  /// Whether a volume has its name, or is closed and only waits to be collected.
  public enum Life {
    OPEN,
    CLOSED
  }

  public RepositoryState {
    volumes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(volumes));
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
}
