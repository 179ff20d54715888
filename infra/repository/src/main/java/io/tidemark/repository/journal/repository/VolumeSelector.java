package io.tidemark.repository.journal.repository;

import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.key.VolumeId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which volumes a policy is for: those listed, and those that carry every one of `tags`.
///
/// @param tags none of them: no volume is taken by its tags
public record VolumeSelector(List<VolumeId> volumes, SortedMap<String, String> tags) {
  public VolumeSelector {
    volumes = List.copyOf(volumes);
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }

  /// Whether the policy is for that volume.
  public boolean selects(NamedVolume volume) {
    return volumes.contains(volume.id())
        || (!tags.isEmpty() && volume.tags().entrySet().containsAll(tags.entrySet()));
  }
}
