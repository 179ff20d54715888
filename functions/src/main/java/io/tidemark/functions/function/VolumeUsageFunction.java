package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.Repository;
import io.tidemark.repository.index.IndexReader;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.usage.Usages;
import io.tidemark.repository.volume.Volumes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the snapshots of a volume use, and what deleting each alone would free.
@FunctionBean("volume-usage")
public final class VolumeUsageFunction implements ApiFunction {
  private final OpenRepository opened;

  VolumeUsageFunction(OpenRepository opened) {
    this.opened = opened;
  }

  /// @param freedBytes by the next collection, were this one alone deleted past the trash; empty
  ///   where a pack list cannot be read
  @Serdeable
  public record SnapshotUsage(String id, String name, String state, Optional<Long> freedBytes) {}

  /// @param volume its name
  /// @param bytes of the objects that its snapshots need
  @Serdeable
  public record VolumeUsageDetail(
      String volume, String volumeId, long bytes, List<SnapshotUsage> snapshots) {
    public VolumeUsageDetail {
      snapshots = List.copyOf(snapshots);
    }
  }

  @Override
  public Answer apply(Call call) {
    Repository repository = opened.of(call);
    NamedVolume volume = new Volumes(repository).find(PathParameters.volume(call));
    Map<SnapshotId, Optional<Long>> freed;
    try (StoreNodeSource nodes = new StoreNodeSource(repository.store())) {
      freed = new Usages(repository).freedBytes(volume.id(), nodes);
    }
    VolumeState state = repository.journal(volume.id()).read().state();
    List<SnapshotUsage> snapshots = new ArrayList<>();
    freed.forEach(
        (id, bytes) ->
            state
                .find(id)
                .ifPresent(
                    entry ->
                        snapshots.add(
                            new SnapshotUsage(
                                id.text(), entry.label().name(), entry.phase().word(), bytes))));
    return Answer.ok(
        new VolumeUsageDetail(
            volume.name(),
            volume.id().text(),
            new IndexReader(repository.store()).usage(volume.id()).bytes(),
            snapshots));
  }
}
