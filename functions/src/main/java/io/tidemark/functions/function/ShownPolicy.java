package io.tidemark.functions.function;

import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.Policy.Activity;
import io.tidemark.repository.journal.repository.Retention;
import io.tidemark.repository.key.VolumeId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// One policy.
///
/// @param volumes ids of those that it is for
/// @param tags all of which a volume has that it is for as well
/// @param missed `once` or `skip`
/// @param howLateSeconds an instant may be after its due time
/// @param activeFrom due times before it are none of this policy's
@Serdeable
public record ShownPolicy(
    String id,
    String name,
    List<String> schedules,
    String zone,
    List<String> volumes,
    SortedMap<String, String> tags,
    String missed,
    long howLateSeconds,
    ShownRetention retention,
    boolean active,
    Instant activeFrom) {
  public ShownPolicy {
    schedules = List.copyOf(schedules);
    volumes = List.copyOf(volumes);
  }

  /// @param age in ISO 8601
  @Serdeable
  public record ShownRetention(
      int count, Optional<String> age, int hourly, int daily, int weekly, int monthly, int yearly) {
    static ShownRetention of(Retention retention) {
      return new ShownRetention(
          retention.count(),
          retention.age().map(Duration::toString),
          retention.hourly(),
          retention.daily(),
          retention.weekly(),
          retention.monthly(),
          retention.yearly());
    }
  }

  static ShownPolicy of(Policy policy) {
    return new ShownPolicy(
        policy.id().text(),
        policy.name(),
        policy.schedules(),
        policy.zone(),
        policy.volumes().volumes().stream().map(VolumeId::text).toList(),
        policy.volumes().tags(),
        policy.missed().text(),
        policy.howLate().toSeconds(),
        ShownRetention.of(policy.retention()),
        policy.activity() == Activity.ACTIVE,
        policy.activeFrom().truncatedTo(ChronoUnit.MILLIS));
  }
}
