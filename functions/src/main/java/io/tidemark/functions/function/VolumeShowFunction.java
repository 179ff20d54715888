package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.snapshot.ShownSnapshot.ShownHold;
import io.tidemark.repository.volume.Volumes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// One volume.
@FunctionBean("volume-show")
public final class VolumeShowFunction implements ApiFunction {
  private final OpenRepository opened;

  VolumeShowFunction(OpenRepository opened) {
    this.opened = opened;
  }

  /// @param sizeBytes of the newest snapshot
  /// @param latest the newest snapshot that is READY
  /// @param snapshots how many there are, by state
  /// @param holds of readers, restores and persons
  @Serdeable
  public record ShownVolume(
      String id,
      String name,
      String host,
      String source,
      SortedMap<String, String> tags,
      Optional<Integer> chunkBytes,
      Optional<Long> sizeBytes,
      Optional<String> latest,
      SortedMap<String, Long> snapshots,
      List<ShownHold> holds) {
    public ShownVolume {
      snapshots = new TreeMap<>(snapshots);
      holds = List.copyOf(holds);
    }
  }

  @Override
  public Answer apply(Call call) {
    Repository repository = opened.of(call);
    NamedVolume volume = new Volumes(repository).find(PathParameters.volume(call));
    VolumeState state = repository.journal(volume.id()).read().state();
    return Answer.ok(shown(volume, state));
  }

  private static ShownVolume shown(NamedVolume volume, VolumeState state) {
    SortedMap<String, Long> counts = new TreeMap<>();
    state.entries().values().forEach(entry -> counts.merge(entry.phase().word(), 1L, Long::sum));
    return new ShownVolume(
        volume.id().text(),
        volume.name(),
        volume.host(),
        volume.source(),
        volume.tags(),
        state.volume().map(fixed -> fixed.chunkSize().bytes()),
        state.entries().values().stream()
            .map(Entry::content)
            .flatMap(Optional::stream)
            .max(Comparator.comparingLong(Phase.Content::commit))
            .map(content -> content.root().sizeBytes()),
        state.newestReady().map(entry -> entry.snapshot().text()),
        counts,
        state.holds().values().stream()
            .map(
                hold ->
                    new ShownHold(hold.number(), hold.kind().text(), hold.owner(), hold.reason()))
            .toList());
  }
}
