package io.tidemark.repository.policy;

import io.tidemark.repository.journal.repository.Retention;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Schedule;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.policy.Judgement.Verdict;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Which snapshots of one volume a policy keeps and which it deletes. Pure: a preview and the real
/// thing are the same.
///
/// Only READY snapshots that this policy made are judged by its rules, by their due times; the
/// newest of them always stays, so that a volume whose host is away keeps one. A held one stays,
/// and takes its place among those that a rule counts. One that was brought back from the trash is
/// no policy's any more: who wanted it back decides.
public final class RetentionPlan {
  private RetentionPlan() {}

  /// Judges every snapshot of a volume, the newest first.
  ///
  /// @param policy whose snapshots are judged
  /// @param zone in which hours, days, weeks (from Monday), months and years begin
  /// @param now by the store's clock
  public static List<Judgement> of(
      Retention retention, PolicyId policy, ZoneId zone, VolumeState state, Instant now) {
    Set<SnapshotId> held =
        state.holds().values().stream()
            .filter(hold -> hold.kind() == Hold.Kind.PERSON)
            .map(Hold::snapshot)
            .collect(Collectors.toSet());
    List<Entry> own =
        state.entries().values().stream()
            .filter(entry -> entry.phase() instanceof Phase.Ready)
            .filter(entry -> isOf(entry, policy) && !entry.isBroughtBack())
            .sorted(Comparator.comparing(RetentionPlan::due).reversed())
            .toList();
    Map<SnapshotId, List<String>> reasons = reasons(retention, own, zone, now);
    return state.entries().values().stream()
        .sorted(Comparator.comparing(Entry::requestedAt).reversed())
        .map(entry -> judge(entry, policy, held, reasons))
        .toList();
  }

  private static Judgement judge(
      Entry entry, PolicyId policy, Set<SnapshotId> held, Map<SnapshotId, List<String>> reasons) {
    if (!isOf(entry, policy)) {
      return keep(entry, entry.schedule().isPresent() ? "of another policy" : "made by hand");
    }
    if (!(entry.phase() instanceof Phase.Ready)) {
      return keep(entry, "is " + entry.phase().word());
    }
    if (entry.isBroughtBack()) {
      return keep(entry, "brought back by hand");
    }
    List<String> why = new ArrayList<>(reasons.getOrDefault(entry.snapshot(), List.of()));
    if (held.contains(entry.snapshot())) {
      why.addFirst("held");
    }
    return why.isEmpty()
        ? new Judgement(entry, Verdict.DELETE, List.of("no rule keeps it"))
        : new Judgement(entry, Verdict.KEEP, why);
  }

  private static Judgement keep(Entry entry, String reason) {
    return new Judgement(entry, Verdict.KEEP, List.of(reason));
  }

  private static boolean isOf(Entry entry, PolicyId policy) {
    return entry.schedule().filter(schedule -> schedule.policy().equals(policy)).isPresent();
  }

  private static Instant due(Entry entry) {
    return entry.schedule().map(Schedule::due).orElseThrow();
  }

  private static Map<SnapshotId, List<String>> reasons(
      Retention retention, List<Entry> own, ZoneId zone, Instant now) {
    Map<SnapshotId, List<String>> reasons = new HashMap<>();
    if (retention.keepsAll()) {
      own.forEach(entry -> because(reasons, entry, "nothing limits it"));
      return reasons;
    }
    for (int i = 0; i < own.size(); i++) {
      if (i < retention.count()) {
        because(reasons, own.get(i), "among the newest " + retention.count());
      } else if (i == 0) {
        because(reasons, own.get(i), "the newest");
      }
    }
    retention
        .age()
        .ifPresent(
            age ->
                own.stream()
                    .filter(entry -> due(entry).isAfter(now.minus(age)))
                    .forEach(entry -> because(reasons, entry, "younger than " + age)));
    keep(reasons, own, zone, retention.hourly(), "hourly", at -> at.truncatedTo(ChronoUnit.HOURS));
    keep(reasons, own, zone, retention.daily(), "daily", ZonedDateTime::toLocalDate);
    keep(
        reasons,
        own,
        zone,
        retention.weekly(),
        "weekly",
        at -> at.get(IsoFields.WEEK_BASED_YEAR) * 100 + at.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    keep(
        reasons,
        own,
        zone,
        retention.monthly(),
        "monthly",
        at -> at.getYear() * 100 + at.getMonthValue());
    keep(reasons, own, zone, retention.yearly(), "yearly", ZonedDateTime::getYear);
    return reasons;
  }

  /// Of each of the newest `count` periods that have a snapshot, the newest one.
  private static void keep(
      Map<SnapshotId, List<String>> reasons,
      List<Entry> newestFirst,
      ZoneId zone,
      int count,
      String rule,
      Function<ZonedDateTime, Object> period) {
    Set<Object> seen = new HashSet<>();
    for (Entry entry : newestFirst) {
      if (seen.size() == count) {
        return;
      }
      if (seen.add(period.apply(due(entry).atZone(zone)))) {
        because(reasons, entry, rule + " " + seen.size() + " of " + count);
      }
    }
  }

  private static void because(Map<SnapshotId, List<String>> reasons, Entry entry, String reason) {
    reasons.computeIfAbsent(entry.snapshot(), _ -> new ArrayList<>()).add(reason);
  }
}
