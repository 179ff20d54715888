package io.tidemark.repository.journal.repository;

import io.tidemark.repository.format.MoreCodec;
import io.tidemark.repository.journal.EventHeader;
import io.tidemark.repository.journal.Fold;
import io.tidemark.repository.journal.Transition;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
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
    SequencedMap<VolumeId, NamedVolume> volumes = new LinkedHashMap<>(state.volumes());
    switch (event) {
      case RepositoryEvent.Named named -> {
        if (state.find(named.volume()).isPresent()) {
          return new Transition.Illegal<>(named.volume() + " has a name already");
        }
        if (state.find(named.name()).isPresent()) {
          return new Transition.Illegal<>("another volume is named '" + named.name() + "'");
        }
        volumes.put(
            named.volume(),
            new NamedVolume(
                named.volume(),
                named.name(),
                named.host(),
                named.source(),
                Life.OPEN,
                header.number(),
                named.more()));
      }
      case RepositoryEvent.Unnamed unnamed -> {
        Optional<NamedVolume> old = state.find(unnamed.volume());
        if (old.isEmpty() || old.get().life() == Life.CLOSED) {
          return new Transition.Illegal<>(unnamed.volume() + " has no name");
        }
        volumes.put(
            unnamed.volume(),
            new NamedVolume(
                unnamed.volume(),
                old.get().name(),
                old.get().host(),
                old.get().source(),
                Life.CLOSED,
                header.number(),
                MoreCodec.merged(old.get().more(), unnamed.more())));
      }
      case RepositoryEvent.Forgotten forgotten -> {
        Optional<NamedVolume> old = state.find(forgotten.volume());
        if (old.isEmpty() || old.get().life() == Life.OPEN) {
          return new Transition.Illegal<>(forgotten.volume() + " is not closed");
        }
        volumes.remove(forgotten.volume());
      }
    }
    return new Transition.Legal<>(new RepositoryState(volumes, state.more()));
  }
}
