package io.tidemark.repository.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.repository.Retention;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.Schedule;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.policy.Judgement.Verdict;
import io.tidemark.repository.testing.Seeded;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetentionPlanTest {
  private static final PolicyId POLICY = new PolicyId("pol-00000000000000001");
  private static final PolicyId OTHER = new PolicyId("pol-00000000000000002");
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final Instant NOW = Instant.parse("2026-06-30T12:00:00Z");

  private final SequencedMap<SnapshotId, Entry> entries = new LinkedHashMap<>();
  private final TreeMap<Long, Hold> holds = new TreeMap<>();

  private SnapshotId add(Optional<PolicyId> policy, Instant due, Phase phase) {
    int number = entries.size() + 1;
    SnapshotId id = Samples.snapshot(number);
    entries.put(
        id,
        new Entry(
            id,
            Label.NONE,
            policy.isPresent() ? Origin.POLICY : Origin.MANUAL,
            policy.map(known -> new Schedule(known, due)),
            number,
            phase instanceof Phase.Ready(Phase.Content content) ? content.commit() : number,
            due,
            phase,
            More.NONE));
    return id;
  }

  private static Phase ready() {
    return new Phase.Ready(
        new Phase.Content(
            Samples.root(2, 3),
            2,
            Samples.token(1),
            3,
            Optional.empty(),
            0,
            Samples.AT,
            Samples.FACTS));
  }

  private SnapshotId add(String due) {
    return add(Optional.of(POLICY), Instant.parse(due), ready());
  }

  private List<Judgement> plan(Retention retention, ZoneId zone) {
    VolumeState state =
        new VolumeState(
            Optional.of(new VolumeState.Opened(Samples.VOLUME, "web", Samples.CHUNK_SIZE)),
            VolumeState.Life.OPEN,
            entries,
            holds,
            More.NONE);
    return RetentionPlan.of(retention, POLICY, zone, state, NOW);
  }

  private List<SnapshotId> deleted(Retention retention) {
    return deleted(retention, UTC);
  }

  private List<SnapshotId> deleted(Retention retention, ZoneId zone) {
    return plan(retention, zone).stream()
        .filter(judgement -> judgement.verdict() == Verdict.DELETE)
        .map(judgement -> judgement.snapshot().snapshot())
        .toList();
  }

  private static Retention count(int count) {
    return new Retention(count, Optional.empty(), 0, 0, 0, 0, 0);
  }

  @Test
  void theNewestStayByCount() {
    SnapshotId first = add("2026-06-01T00:00:00Z");
    SnapshotId second = add("2026-06-02T00:00:00Z");
    add("2026-06-03T00:00:00Z");
    assertThat(deleted(count(1))).containsExactly(second, first);
    assertThat(deleted(count(2))).containsExactly(first);
    assertThat(deleted(Retention.ALL)).isEmpty();
    assertThat(plan(count(1), UTC).getFirst().reasons()).containsExactly("among the newest 1");
    assertThat(plan(count(1), UTC).getLast().reasons()).containsExactly("no rule keeps it");
  }

  @Test
  void theYoungStayByAgeAndTheNewestAlways() {
    SnapshotId old = add("2026-06-01T00:00:00Z");
    add("2026-06-29T12:00:01Z");
    Retention day = new Retention(0, Optional.of(Duration.ofDays(1)), 0, 0, 0, 0, 0);
    assertThat(deleted(day)).containsExactly(old);
    entries.remove(Samples.snapshot(2));
    assertThat(deleted(day)).isEmpty();
    assertThat(plan(day, UTC).getFirst().reasons()).containsExactly("the newest");
  }

  @Test
  void ofEachPeriodTheNewestStays() {
    SnapshotId a = add("2026-06-28T01:00:00Z");
    add("2026-06-28T22:00:00Z");
    SnapshotId c = add("2026-06-29T01:00:00Z");
    add("2026-06-29T22:00:00Z");
    add("2026-06-30T11:00:00Z");
    assertThat(deleted(new Retention(0, Optional.empty(), 0, 3, 0, 0, 0))).containsExactly(c, a);
    // In Tokyo, 22:00 belongs to the next day.
    assertThat(deleted(new Retention(0, Optional.empty(), 0, 1, 0, 0, 0), ZoneId.of("Asia/Tokyo")))
        .hasSize(4);
  }

  @Test
  void rulesOfGrandfathersAddUp() {
    Instant day = Instant.parse("2024-01-01T02:00:00Z");
    for (int i = 0; i < 900; i++) {
      add(Optional.of(POLICY), day.plus(Duration.ofDays(i)), ready());
    }
    Retention retention = new Retention(0, Optional.empty(), 0, 7, 4, 12, 2);
    List<Instant> kept =
        plan(retention, UTC).stream()
            .filter(judgement -> judgement.verdict() == Verdict.KEEP)
            .map(judgement -> judgement.snapshot().schedule().orElseThrow().due())
            .toList();
    assertThat(kept).contains(Instant.parse("2025-12-31T02:00:00Z"));
    assertThat(kept).contains(Instant.parse("2025-08-31T02:00:00Z"));
    // Seven days, two more weeks, ten more months; the years are among them.
    assertThat(kept).hasSize(7 + 2 + 10);
    assertThat(kept.getFirst()).isEqualTo(day.plus(Duration.ofDays(899)));
  }

  @Test
  void whatIsNotItsOwnOrNotReadyIsNeverDeleted() {
    add(Optional.empty(), Instant.parse("2020-01-01T00:00:00Z"), ready());
    add(Optional.of(OTHER), Instant.parse("2020-01-01T00:00:00Z"), ready());
    add(Optional.of(POLICY), Instant.parse("2020-01-01T00:00:00Z"), new Phase.Failed("so"));
    add(
        Optional.of(POLICY),
        Instant.parse("2020-01-01T00:00:00Z"),
        new Phase.Requested("host", Optional.empty()));
    SnapshotId held = add("2020-01-01T00:00:00Z");
    SnapshotId read = add("2020-01-02T00:00:00Z");
    add("2026-06-01T00:00:00Z");
    holds.put(9L, hold(9, held, Hold.Kind.PERSON));
    holds.put(10L, hold(10, read, Hold.Kind.READER));
    assertThat(deleted(count(1))).containsExactly(read);
    Map<SnapshotId, List<String>> reasons = new TreeMap<>();
    plan(count(1), UTC).forEach(one -> reasons.put(one.snapshot().snapshot(), one.reasons()));
    assertThat(reasons.get(Samples.snapshot(1))).containsExactly("made by hand");
    assertThat(reasons.get(Samples.snapshot(2))).containsExactly("of another policy");
    assertThat(reasons.get(Samples.snapshot(3))).containsExactly("is FAILED");
    assertThat(reasons.get(held)).containsExactly("held");
  }

  private static Hold hold(long number, SnapshotId snapshot, Hold.Kind kind) {
    return new Hold(
        number, snapshot, Samples.root(2, 3), kind, "ann", "", Optional.empty(), More.NONE);
  }

  @Test
  void deletingWhatIsPlannedLeavesNothingMoreToDelete() {
    RandomGenerator random = Seeded.random("RetentionPlanTest");
    for (int round = 0; round < 200; round++) {
      entries.clear();
      int snapshots = random.nextInt(60);
      for (int i = 0; i < snapshots; i++) {
        add(Optional.of(POLICY), NOW.minusSeconds(random.nextLong(400L * 86_400)), ready());
      }
      Retention retention =
          new Retention(
              random.nextInt(4),
              Optional.empty(),
              random.nextInt(5),
              random.nextInt(5),
              random.nextInt(5),
              random.nextInt(5),
              random.nextInt(3));
      List<SnapshotId> deleted = new ArrayList<>(deleted(retention));
      assertThat(deleted.size()).isLessThanOrEqualTo(Math.max(0, snapshots - 1));
      deleted.forEach(entries::remove);
      assertThat(deleted(retention)).isEmpty();
    }
  }
}
