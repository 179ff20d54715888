package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.Policy.Activity;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.Retention;
import io.tidemark.repository.policy.CronSchedule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One policy as the API shows it.
final class PolicyFields {
  private final Place place;
  private final RepositoryState state;
  private final Instant now;

  /// @param now by the store's clock
  PolicyFields(Place place, RepositoryState state, Instant now) {
    this.place = place;
    this.state = state;
    this.now = now;
  }

  /// With the disks that it is for.
  Fields withDisks(Policy policy) {
    return of(
        policy,
        state.volumes().values().stream()
            .filter(volume -> volume.life() == Life.OPEN)
            .filter(policy.volumes()::selects)
            .map(volume -> Ids.disk(volume.id()))
            .toList());
  }

  Fields withoutDisks(Policy policy) {
    return of(policy, List.of());
  }

  /// When schedules are due next: `2026-11-22 02:00:00`.
  static Optional<String> nextTrigger(
      List<String> schedules, String zone, Instant now, Place place) {
    return schedules.stream()
        .flatMap(schedule -> CronSchedule.parse(schedule, zone).next(now).stream())
        .min(Instant::compareTo)
        .map(place::time);
  }

  /// The rules of a policy; empty when the API has none that mean the same, or its clock is
  /// another.
  static List<PolicyRules.Rule> rules(Policy policy, Place place) {
    return policy.zone().equals(place.timeZone().getId())
        ? PolicyRules.of(policy.schedules()).orElse(List.of())
        : List.of();
  }

  private Fields of(Policy policy, List<String> disks) {
    Retention retention = policy.retention();
    Fields fields =
        new Fields()
            .put("DiskIdSet", disks)
            .put("InstanceIdSet", List.of())
            .put("IsActivated", policy.activity() == Activity.ACTIVE)
            .put("AutoSnapshotPolicyState", "NORMAL")
            .put("AutoSnapshotPolicyId", Ids.policy(policy.id()))
            .put("AutoSnapshotPolicyName", policy.name())
            .putAll("Policy", PolicyRules.shown(rules(policy, place)))
            .put("IsPermanent", retention.keepsAll())
            .put("RetentionDays", retention.age().map(age -> age.toDays()).orElse(0L))
            .put("RetentionMonths", 0)
            .put("RetentionAmount", retention.count());
    if (retention.daily() + retention.weekly() + retention.monthly() + retention.yearly() > 0) {
      fields.put(
          "AdvancedRetentionPolicy",
          new Fields()
              .put("Days", retention.daily())
              .put("Weeks", retention.weekly())
              .put("Months", retention.monthly())
              .put("Years", retention.yearly()));
    } else {
      fields.putNull("AdvancedRetentionPolicy");
    }
    return fields
        .put(
            "NextTriggerTime",
            policy.activity() == Activity.ACTIVE
                ? nextTrigger(policy.schedules(), policy.zone(), now, place).orElse("")
                : "")
        .put("CreateTime", place.time(policy.activeFrom()))
        .put("IsCopyToRemote", 0)
        .putNull("CopyToAccountUin")
        .putNull("CopyFromAccountUin")
        .put("Tags", List.of());
  }
}
