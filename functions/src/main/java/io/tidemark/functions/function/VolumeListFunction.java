package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.volume.Volumes;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// Volumes by name.
@FunctionBean("volume-list")
public final class VolumeListFunction implements ApiFunction {
  private final OpenRepository opened;

  VolumeListFunction(OpenRepository opened) {
    this.opened = opened;
  }

  /// One volume in a list.
  ///
  /// @param source what it is on its host, a path
  @Serdeable
  public record ListedVolume(
      String id, String name, String host, String source, SortedMap<String, String> tags) {
    static ListedVolume of(NamedVolume volume) {
      return new ListedVolume(
          volume.id().text(), volume.name(), volume.host(), volume.source(), volume.tags());
    }
  }

  /// @param next the cursor of the next page; empty on the last one
  @Serdeable
  public record VolumePage(List<ListedVolume> volumes, Optional<String> next) {
    public VolumePage {
      volumes = List.copyOf(volumes);
    }
  }

  @Override
  public Answer apply(Call call) {
    Optional<String> host = call.query().text("host");
    SortedMap<String, String> tags = TagFilter.of(call.query());
    List<NamedVolume> all =
        new Volumes(opened.of(call))
            .list().stream()
                .filter(volume -> host.isEmpty() || volume.host().equals(host.get()))
                .filter(volume -> volume.tags().entrySet().containsAll(tags.entrySet()))
                .toList();
    Page<NamedVolume> page = Page.of("volumes", call.query(), all, NamedVolume::name);
    return Answer.ok(
        new VolumePage(page.things().stream().map(ListedVolume::of).toList(), page.next()));
  }
}
