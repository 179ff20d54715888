package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.usage.RepositoryUsage;
import io.tidemark.repository.usage.Usages;
import java.util.List;
import java.util.Optional;

/// What snapshots use, in all and by volume, from the index.
@FunctionBean("usage")
public final class UsageFunction implements ApiFunction {
  private final OpenRepository opened;

  UsageFunction(OpenRepository opened) {
    this.opened = opened;
  }

  /// @param volume its name
  /// @param snapshots that are READY
  /// @param bytes of the objects that its snapshots need
  @Serdeable
  public record VolumeUsage(String volume, String volumeId, long snapshots, long bytes) {}

  /// @param snapshots READY in all
  /// @param bytes in all
  @Serdeable
  public record UsagePage(
      long snapshots,
      long bytes,
      ShownQuotas quotas,
      List<VolumeUsage> volumes,
      Optional<String> next) {
    public UsagePage {
      volumes = List.copyOf(volumes);
    }
  }

  @Override
  public Answer apply(Call call) {
    Repository repository = opened.of(call);
    RepositoryState state = repository.journal().read().state();
    RepositoryUsage usage = new Usages(repository).read(state);
    Page<RepositoryUsage.VolumeUsage> page =
        Page.of("usage", call.query(), usage.volumes(), one -> one.volume().name());
    return Answer.ok(
        new UsagePage(
            usage.snapshots(),
            usage.bytes(),
            ShownQuotas.of(usage.quotas()),
            page.things().stream().map(UsageFunction::shown).toList(),
            page.next()));
  }

  private static VolumeUsage shown(RepositoryUsage.VolumeUsage one) {
    return new VolumeUsage(
        one.volume().name(),
        one.volume().id().text(),
        one.usage().snapshots(),
        one.usage().bytes());
  }
}
