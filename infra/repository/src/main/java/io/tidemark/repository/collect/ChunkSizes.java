package io.tidemark.repository.collect;

import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.store.StoreException;
import java.util.HashMap;
import java.util.Map;

/// Chunk sizes of the volumes whose roots a state names: its own, and those that restores from
/// other volumes hold. Each foreign journal is read once. For one thread.
public final class ChunkSizes {
  private final Repository repository;
  private final Map<VolumeId, ChunkSize> known = new HashMap<>();

  public ChunkSizes(Repository repository, VolumeState own) {
    this.repository = repository;
    own.volume().ifPresent(opened -> known.put(opened.id(), opened.chunkSize()));
  }

  /// @throws StoreException.Corrupt when that volume's journal does not say
  public ChunkSize of(VolumeId volume) {
    ChunkSize size = known.get(volume);
    if (size == null) {
      size = read(volume);
      known.put(volume, size);
    }
    return size;
  }

  private ChunkSize read(VolumeId volume) {
    return repository
        .journal(volume)
        .read()
        .state()
        .volume()
        .map(VolumeState.Opened::chunkSize)
        .orElseThrow(
            () ->
                new StoreException.Corrupt(
                    ObjectKeys.journal(volume),
                    "The volume "
                        + volume
                        + " is referred to and has no journal. Restore "
                        + ObjectKeys.journal(volume)
                        + " from a copy of the bucket."));
  }
}
