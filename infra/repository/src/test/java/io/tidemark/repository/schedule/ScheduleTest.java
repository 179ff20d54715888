package io.tidemark.repository.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.host.Inbox;
import io.tidemark.repository.host.Marker;
import io.tidemark.repository.index.IndexReader;
import io.tidemark.repository.index.IndexRow;
import io.tidemark.repository.index.IndexTidying;
import io.tidemark.repository.index.SnapshotQuery;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.Policy.Activity;
import io.tidemark.repository.journal.repository.Policy.Missed;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.repository.Retention;
import io.tidemark.repository.journal.repository.VolumeSelector;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.Schedule;
import io.tidemark.repository.journal.volume.VolumeBodyCodec;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeFold;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.PolicyId;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.policy.Policies;
import io.tidemark.repository.schedule.ScheduleTick.Asked;
import io.tidemark.repository.schedule.ScheduleTick.Outcome;
import io.tidemark.repository.session.RequestedSessions;
import io.tidemark.repository.session.RequestedSessions.Served;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.CrashingObjectStore;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static int seed;

  private final StepClock clock = new StepClock();
  private final MemoryObjectStore memory = new MemoryObjectStore(clock);
  private final Repository repository =
      Repository.initialise(memory, Writers.writer(memory, "f", clock, random()), "here");
  private final Host host = new Hosts(repository).register("alpha", List.of(), Optional.empty());
  private final NamedVolume web = volume("web");
  private final NamedVolume db = volume("db");

  private static synchronized SplittableRandom random() {
    return new SplittableRandom(++seed);
  }

  private Repository open(ObjectStore store) {
    return Repository.open(store, Writers.writer(store, "f", clock, random(), 1000));
  }

  private NamedVolume volume(String name) {
    NamedVolume volume =
        new Volumes(repository)
            .add(new VolumeName(name), "alpha", "/disk-" + name, ChunkSize.DEFAULT);
    return new Volumes(repository)
        .describe(
            volume.id(),
            old ->
                new Volumes.Description(
                    old.host(), old.source(), new TreeMap<>(Map.of("tier", "gold"))));
  }

  private Policy policy(Missed missed, Retention retention) {
    return policy(missed, "0 * * * *", Policies.HOW_LATE, retention);
  }

  private Policy policy(Missed missed, String cron, Duration howLate, Retention retention) {
    return new Policies(repository).create(terms(missed, cron, howLate, retention));
  }

  private static Policies.Terms terms(
      Missed missed, String cron, Duration howLate, Retention retention) {
    return new Policies.Terms(
        "hourly",
        List.of(cron),
        "UTC",
        new VolumeSelector(List.of(), new TreeMap<>(Map.of("tier", "gold"))),
        missed,
        howLate,
        retention,
        Activity.ACTIVE);
  }

  private List<Asked> tick() {
    return new ScheduleTick(open(memory)).run();
  }

  private static long requested(List<Asked> asked) {
    return asked.stream().filter(one -> one.outcome() instanceof Outcome.Requested).count();
  }

  private VolumeState state(NamedVolume volume) {
    return repository.journal(volume.id()).read().state();
  }

  private List<Instant> dues(NamedVolume volume) {
    return state(volume).entries().values().stream()
        .map(entry -> entry.schedule().map(Schedule::due).orElseThrow())
        .sorted()
        .toList();
  }

  private void make(NamedVolume volume) {
    for (Entry entry : List.copyOf(state(volume).entries().values())) {
      if (entry.phase() instanceof Phase.Requested) {
        SnapshotSession session =
            ((Served.Begun)
                    new RequestedSessions(repository)
                        .serve(
                            volume.id(),
                            entry.snapshot(),
                            "alpha",
                            SnapshotSession.ParentChoice.newest()))
                .session();
        session.commit(
            new Written.Changed(
                0, Optional.empty(), Samples.reference(volume.id(), session.number(), 0)),
            Samples.FACTS);
      }
    }
  }

  private static Instant hour(int hour) {
    return StepClock.START.plus(Duration.ofHours(hour));
  }

  @Test
  void aDueTimeMakesOneSnapshotOfEachVolumeHoweverOftenItTicks() {
    policy(Missed.SKIP, Retention.ALL);
    assertThat(tick()).isEmpty();
    clock.advance(Duration.ofMinutes(61));
    assertThat(requested(tick())).isEqualTo(2);
    assertThat(tick()).isEmpty();
    clock.advance(Duration.ofMinutes(1));
    assertThat(tick()).isEmpty();
    assertThat(dues(web)).containsExactly(hour(1));
    assertThat(dues(db)).containsExactly(hour(1));
    assertThat(new Inbox(repository, host.id()).list()).hasSize(2);
  }

  @Test
  void missedOnesAreMadeOnceOrSkipped() {
    Policy policy = policy(Missed.SKIP, Retention.ALL);
    clock.advance(Duration.ofMinutes(5 * 60 + 30));
    assertThat(tick()).isEmpty();
    new Policies(repository)
        .change(
            policy.id(),
            terms ->
                new Policies.Terms(
                    terms.name(),
                    terms.schedules(),
                    terms.zone(),
                    terms.volumes(),
                    Missed.ONCE,
                    terms.howLate(),
                    terms.retention(),
                    terms.activity()));
    assertThat(requested(tick())).isEqualTo(2);
    assertThat(tick()).isEmpty();
    assertThat(dues(web)).containsExactly(hour(5));
  }

  private List<Instant> latestInstants() {
    return state(web).entries().values().stream()
        .map(entry -> ((Phase.Requested) entry.phase()).latestInstant().orElseThrow())
        .toList();
  }

  @Test
  void howLateASnapshotMayBeCountsFromItsDueTime() {
    policy(Missed.SKIP, "0 * * * *", Duration.ofMinutes(10), Retention.ALL);
    clock.advance(Duration.ofHours(1).plusSeconds(250));
    tick();
    assertThat(latestInstants()).containsExactly(hour(1).plusSeconds(600));
  }

  @Test
  void whatWouldComeTooLateIsSkipped() {
    policy(Missed.SKIP, "* * * * *", Duration.ofSeconds(60), Retention.ALL);
    clock.advance(Duration.ofSeconds(4 * 60 + 30));
    tick();
    assertThat(dues(web)).containsExactly(StepClock.START.plusSeconds(240));
    assertThat(latestInstants()).containsExactly(StepClock.START.plusSeconds(300));
    clock.advance(Duration.ofSeconds(4 * 60 + 30));
    tick();
    assertThat(dues(web))
        .containsExactly(StepClock.START.plusSeconds(240), StepClock.START.plusSeconds(540));
  }

  @Test
  void withinAMinuteNothingIsMissedHoweverLittleAPolicyAllows() {
    policy(Missed.SKIP, "0 * * * *", Duration.ofSeconds(60), Retention.ALL);
    clock.advance(Duration.ofMinutes(60).plusSeconds(59));
    assertThat(requested(tick())).isEqualTo(2);
    clock.advance(Duration.ofMinutes(60).plusSeconds(1));
    assertThat(requested(tick())).isZero();
  }

  @Test
  void ofWhatWouldComeTooLateTheNewestIsMadeOnceWithAllItsTimeFromNowOn() {
    policy(Missed.ONCE, "*/2 * * * *", Duration.ofSeconds(60), Retention.ALL);
    clock.advance(Duration.ofSeconds(9 * 60 + 30));
    tick();
    tick();
    assertThat(dues(web)).containsExactly(StepClock.START.plusSeconds(480));
    assertThat(latestInstants()).containsExactly(StepClock.START.plusSeconds(570 + 60));
    assertThat(new AbortSilent(repository).run().done()).isEmpty();
  }

  @Test
  void whatIsMadeOnceAtAnyRateIsNotRequestedJustBeforeItsTimeIsUp() {
    policy(Missed.ONCE, "0 * * * *", Duration.ofMinutes(5), Retention.ALL);
    clock.advance(Duration.ofHours(1).plusSeconds(239));
    tick();
    clock.advance(Duration.ofHours(1).plusSeconds(2));
    tick();
    assertThat(latestInstants())
        .containsExactly(hour(1).plusSeconds(300), hour(2).plusSeconds(241 + 300));
  }

  @Test
  void aPolicyThatCouldNeverMakeASnapshotIsRefused() {
    assertThatThrownBy(() -> policy(Missed.ONCE, "0 0 30 2 *", Policies.HOW_LATE, Retention.ALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'0 0 30 2 *' is never due");
    assertThatThrownBy(
            () -> policy(Missed.ONCE, "0 * * * *", Duration.ofSeconds(59), Retention.ALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("60 s or more");
    policy(Missed.ONCE, "0 0 29 2 *", Policies.LEAST_LATE, Retention.ALL);
  }

  @Test
  void aStoredPolicyThatAllowsNothingStillMakesSnapshotsAndMayBeChangedInAllElse() {
    PolicyId id = new PolicyId("pol-00000000000000007");
    Policies.Terms old = terms(Missed.SKIP, "0 * * * *", Duration.ZERO, Retention.ALL);
    repository
        .journal()
        .<String>append(
            reading ->
                Decision.append(
                    new RepositoryEvent.Scheduled(
                        new Policy(
                            id,
                            old.name(),
                            List.of("0 * * * *", "0 0 30 2 *"),
                            old.zone(),
                            old.volumes(),
                            old.missed(),
                            old.howLate(),
                            old.retention(),
                            old.activity(),
                            reading.storeTime(),
                            1,
                            More.NONE),
                        More.NONE)));
    clock.advance(Duration.ofHours(1).plusSeconds(30));
    assertThat(requested(tick())).isEqualTo(2);
    assertThat(latestInstants()).containsExactly(hour(1).plusSeconds(60));
    Policy stored = new Policies(repository).find("hourly");
    pause(stored, Activity.PAUSED);
    assertThat(new Policies(repository).find("hourly").activity()).isEqualTo(Activity.PAUSED);
    assertThatThrownBy(() -> new Policies(repository).change(id, _ -> with(old, 59)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Policies.Terms with(Policies.Terms terms, long howLateSeconds) {
    return new Policies.Terms(
        terms.name(),
        terms.schedules(),
        terms.zone(),
        terms.volumes(),
        terms.missed(),
        Duration.ofSeconds(howLateSeconds),
        terms.retention(),
        terms.activity());
  }

  @Test
  void whatWasDueBeforeAPolicyWasMadeOrWhileItPausedIsNotItsOwn() {
    clock.advance(Duration.ofMinutes(61));
    Policy policy = policy(Missed.ONCE, Retention.ALL);
    assertThat(tick()).isEmpty();
    pause(policy, Activity.PAUSED);
    clock.advance(Duration.ofHours(3));
    assertThat(tick()).isEmpty();
    pause(policy, Activity.ACTIVE);
    assertThat(tick()).isEmpty();
    clock.advance(Duration.ofHours(1));
    assertThat(requested(tick())).isEqualTo(2);
  }

  private void pause(Policy policy, Activity activity) {
    new Policies(repository)
        .change(
            policy.id(),
            terms ->
                new Policies.Terms(
                    terms.name(),
                    terms.schedules(),
                    terms.zone(),
                    terms.volumes(),
                    terms.missed(),
                    terms.howLate(),
                    terms.retention(),
                    activity));
  }

  @Test
  void aSnapshotThatIsGoneIsNotMadeAgain() {
    policy(Missed.ONCE, Retention.ALL);
    clock.advance(Duration.ofMinutes(61));
    tick();
    make(web);
    SnapshotId id = state(web).entries().firstEntry().getKey();
    Snapshots snapshots = new Snapshots(repository);
    snapshots.delete(List.of(snapshots.find(id)), Snapshots.Deletion.NOW);
    // A run that slept since before the due time was marked done.
    memory.delete(
        memory.list(ObjectKeys.REQUESTS, "", 100).entries().stream()
            .filter(entry -> !new String(memory.get(entry.key()), UTF_8).contains("snap-"))
            .map(entry -> entry.key())
            .toList());
    assertThat(requested(tick())).isZero();
    assertThat(state(web).entries()).isEmpty();
  }

  @Test
  void whereverATickDiesTheNextMakesTheRestAndNothingTwice() {
    policy(Missed.ONCE, Retention.ALL);
    for (int calls = 1; ; calls++) {
      clock.advance(Duration.ofHours(1));
      boolean crashed = false;
      try {
        new ScheduleTick(open(new CrashingObjectStore(memory, calls))).run();
      } catch (CrashingObjectStore.Crash e) {
        crashed = true;
      }
      tick();
      assertThat(tick()).isEmpty();
      assertThat(dues(web)).hasSize(calls).doesNotHaveDuplicates();
      assertThat(dues(db)).hasSize(calls).doesNotHaveDuplicates();
      if (!crashed) {
        assertThat(calls).isGreaterThan(20);
        return;
      }
    }
  }

  @Test
  void twoMachinesAtOnceMakeOneEach() throws Exception {
    policy(Missed.SKIP, Retention.ALL);
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      for (int round = 1; round <= 10; round++) {
        clock.advance(Duration.ofHours(1));
        List<Future<List<Asked>>> runs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          runs.add(pool.submit(this::tick));
        }
        long made = 0;
        for (Future<List<Asked>> run : runs) {
          made += requested(run.get());
        }
        assertThat(made).isEqualTo(2);
        assertThat(dues(web)).hasSize(round).doesNotHaveDuplicates();
        assertThat(dues(db)).hasSize(round).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void whatThePolicyKeepsNoMoreIsExpiredAndNothingElse() {
    policy(Missed.SKIP, new Retention(1, Optional.empty(), 0, 0, 0, 0, 0));
    List<SnapshotId> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofHours(1));
      tick();
      make(web);
      ids.add(state(web).entries().lastEntry().getKey());
    }
    Snapshots snapshots = new Snapshots(repository);
    snapshots.hold(snapshots.find(ids.get(1)), "audit");
    Expire expire = new Expire(repository);
    List<Expire.Result> results = expire.apply(expire.plan().due());
    assertThat(results).singleElement().satisfies(result -> assertThat(result.failure()).isEmpty());
    assertThat(state(web).find(ids.get(0)).orElseThrow().phase()).isInstanceOf(Phase.Trashed.class);
    assertThat(state(web).find(ids.get(1)).orElseThrow().phase()).isInstanceOf(Phase.Ready.class);
    assertThat(expire.plan().due()).isEmpty();
  }

  @Test
  void whatSomebodyBringsBackIsThePolicysNoMore() {
    policy(Missed.SKIP, new Retention(1, Optional.empty(), 0, 0, 0, 0, 0));
    for (int i = 0; i < 2; i++) {
      clock.advance(Duration.ofHours(1));
      tick();
      make(web);
    }
    SnapshotId old = state(web).entries().firstEntry().getKey();
    Expire expire = new Expire(repository);
    expire.apply(expire.plan().due());
    Snapshots snapshots = new Snapshots(repository);

    snapshots.undelete(List.of(snapshots.find(old)));

    assertThat(expire.plan().due()).isEmpty();
    clock.advance(Duration.ofHours(1));
    tick();
    make(web);
    assertThat(expire.plan().due())
        .singleElement()
        .satisfies(due -> assertThat(due.snapshot().entry().snapshot()).isNotEqualTo(old));
  }

  @Test
  void aRequestNobodyServedInTimeFails() {
    policy(Missed.SKIP, "0 * * * *", Duration.ofSeconds(60), Retention.ALL);
    clock.advance(Duration.ofHours(1));
    tick();
    assertThat(new AbortSilent(repository).run().done()).isEmpty();
    clock.advance(Duration.ofSeconds(61));
    assertThat(new AbortSilent(repository).run().done()).hasSize(2);
    assertThat(state(web).entries().firstEntry().getValue().phase())
        .isInstanceOf(Phase.Failed.class);
  }

  @Test
  void theSweepWritesWhatACrashLeftOutAndTakesAwayWhatIsOver() {
    policy(Missed.SKIP, Retention.ALL);
    clock.advance(Duration.ofHours(1));
    tick();
    make(web);
    Inbox inbox = new Inbox(repository, host.id());
    SnapshotId waiting = state(db).entries().firstEntry().getKey();
    Marker wanted = new Marker.ForSnapshot(db.id(), waiting);
    inbox.remove(List.of(wanted));
    // An event whose author died before the index.
    SnapshotId ready = state(web).entries().firstEntry().getKey();
    Journal<VolumeEvent, VolumeState> bare =
        new Journal<>(
            memory,
            ObjectKeys.journal(web.id()),
            new VolumeFold(),
            new VolumeBodyCodec(),
            repository.writer());
    bare.<String>append(_ -> Decision.append(new VolumeEvent.Trashed(ready, More.NONE)));
    IndexSweep.Result swept = new IndexSweep(repository).run();
    assertThat(swept.healedVolumes()).isEqualTo(1);
    assertThat(swept.addedMarkers()).isEqualTo(1);
    assertThat(swept.removedMarkers()).isEqualTo(1);
    assertThat(inbox.list()).containsExactly(wanted);
    assertThat(
            new IndexReader(memory)
                .page(SnapshotQuery.ALL, Optional.empty(), 10).rows().stream()
                    .map(row -> row.entry().snapshot()))
        .containsExactly(waiting);
    assertThat(new IndexReader(memory).usage(web.id()).snapshots()).isZero();
    assertThat(memory.list(ObjectKeys.CREATED, "", 100).entries()).hasSize(2);
    assertThat(memory.list(ObjectKeys.USAGE, "", 100).entries()).hasSize(2);
    // Removed without a word in the index: its row goes, at the latest with the day after.
    bare.<String>append(_ -> Decision.append(new VolumeEvent.Removed(ready, "x", More.NONE)));
    new IndexSweep(repository).run();
    clock.advance(Duration.ofDays(2));
    new IndexSweep(repository).run();
    clock.advance(Duration.ofDays(2));
    new IndexSweep(repository).run();
    assertThat(memory.list(ObjectKeys.CREATED, "", 100).entries()).hasSize(1);
    assertThat(new IndexSweep(repository).run())
        .isEqualTo(new IndexSweep.Result(0, 0, 0, 0, List.of()));
  }

  /// As one that was stopped for days between what it read and what it takes away.
  @Test
  void aTardySweepLeavesWhatCameMeanwhile() {
    Instant asOf = clock.instant();
    policy(Missed.SKIP, Retention.ALL);
    clock.advance(Duration.ofHours(1));
    tick();
    clock.advance(Duration.ofDays(3));
    assertThat(
            new IndexTidying(memory, repository.writer())
                .run(Map.of(db.id(), Optional.of(Set.of())), asOf))
        .isZero();
    assertThat(new IndexReader(memory).page(SnapshotQuery.ALL, Optional.empty(), 10).rows())
        .extracting(IndexRow::volume)
        .containsExactlyInAnyOrder(db.id(), web.id());
  }

  @Test
  void aDamagedJournalStopsNothingButItsOwnVolume() {
    policy(Missed.ONCE, new Retention(1, Optional.empty(), 0, 0, 0, 0, 0));
    for (int i = 0; i < 2; i++) {
      clock.advance(Duration.ofHours(1));
      tick();
      make(web);
      make(db);
    }
    String newest = memory.list(ObjectKeys.journal(db.id()), "", 1).entries().getFirst().key();
    memory.delete(List.of(newest));
    memory.createIfAbsent(newest, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    Marker kept = new Marker.ForSnapshot(db.id(), Samples.snapshot(1));
    Inbox inbox = new Inbox(repository, host.id());
    inbox.put(kept);
    Expire expire = new Expire(repository);
    assertThat(expire.plan().due()).hasSize(1);
    assertThat(expire.plan().skipped()).extracting(Skipped::volume).containsExactly(db);
    assertThat(new AbortSilent(repository).run().skipped()).hasSize(1);
    assertThat(new VerifySample(repository).select(9).snapshots()).hasSize(1);
    clock.advance(Duration.ofDays(3));
    assertThat(requested(tick())).isEqualTo(1);
    assertThat(tick()).isEmpty();
    IndexSweep.Result swept = new IndexSweep(repository).run();
    assertThat(swept.skipped()).hasSize(1);
    assertThat(inbox.list()).contains(kept);
    assertThat(
            new IndexReader(memory)
                .page(SnapshotQuery.ALL, Optional.empty(), 10).rows().stream()
                    .filter(row -> row.volume().equals(db.id())))
        .hasSize(2);
  }

  @Test
  void verificationPicksReadySnapshotsOfDifferentVolumes() {
    policy(Missed.SKIP, Retention.ALL);
    clock.advance(Duration.ofHours(1));
    tick();
    assertThat(new VerifySample(repository).select(5).snapshots()).isEmpty();
    make(web);
    make(db);
    assertThat(new VerifySample(repository).select(5).snapshots()).hasSize(2);
    assertThat(new VerifySample(repository).select(1).snapshots()).hasSize(1);
  }
}
