package io.tidemark.repository.usage;

import io.tidemark.repository.index.Usage;
import io.tidemark.repository.journal.repository.Quotas;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import java.util.List;

/// What all snapshots use, beside the limits.
///
/// @param snapshots READY ones of all volumes
/// @param bytes of objects that they, the trash and holds need; removed volumes included until they
///   are collected
public record RepositoryUsage(
    long snapshots, long bytes, Quotas quotas, List<VolumeUsage> volumes) {
  /// What one open volume uses.
  public record VolumeUsage(NamedVolume volume, Usage usage) {}

  public RepositoryUsage {
    volumes = List.copyOf(volumes);
  }
}
