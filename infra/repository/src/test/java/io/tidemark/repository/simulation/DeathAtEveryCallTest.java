package io.tidemark.repository.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.Repository;
import io.tidemark.repository.collect.CollectionRun;
import io.tidemark.repository.collect.Upkeep;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.host.Inbox;
import io.tidemark.repository.host.Marker;
import io.tidemark.repository.index.IndexReader;
import io.tidemark.repository.index.SnapshotQuery;
import io.tidemark.repository.journal.EventHeader;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.Retention;
import io.tidemark.repository.journal.repository.VolumeSelector;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.policy.Policies;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.schedule.AbortSilent;
import io.tidemark.repository.schedule.IndexSweep;
import io.tidemark.repository.schedule.ScheduleTick;
import io.tidemark.repository.session.RequestedSessions;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.snapshot.RequestedSnapshot;
import io.tidemark.repository.snapshot.SnapshotRequest;
import io.tidemark.repository.snapshot.SnapshotRequests;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.testing.Image;
import io.tidemark.repository.testing.SmallRepository;
import io.tidemark.repository.testing.TinyAgent;
import io.tidemark.repository.testing.TinyReader;
import io.tidemark.repository.testing.Writers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One person's day (a snapshot, a second one, the first deleted for good, a collection, a restore)
/// broken off at every store call in turn. Whatever was done by then: what is READY restores, the
/// next snapshot works at once, and when all is deleted and collected nothing is left.
class DeathAtEveryCallTest {
  private static final Image FIRST =
      SmallRepository.image("first", 70, Map.of(0L, 1, 1L, 2, 2L, 3, 40L, 4, 69L, 6));
  private static final Image SECOND =
      SmallRepository.image("second", 71, Map.of(0L, 1, 1L, 5, 40L, 4, 69L, 6, 70L, 7));
  private static final Image NEXT =
      SmallRepository.image("next", 66, Map.of(0L, 1, 1L, 5, 3L, 3, 65L, 2));
  private static final Map<String, Image> IMAGES =
      Stream.of(FIRST, SECOND, NEXT).collect(Collectors.toMap(Image::name, Function.identity()));

  /// @return how many store calls it made, dead or alive
  private static long day(SmallRepository bench, long fatalCall, MortalObjectStore.Death death) {
    MortalObjectStore store = new MortalObjectStore(bench.memory, fatalCall, death);
    try {
      Repository repository = open(bench, store, "mortal", 11);
      try (TinyAgent agent = new TinyAgent(repository, TinyAgent.Habit.PLAIN)) {
        Entry first = agent.create(bench.volume, FIRST, SnapshotSession.ParentChoice.newest());
        Entry second = agent.create(bench.volume, SECOND, SnapshotSession.ParentChoice.newest());
        Snapshots snapshots = new Snapshots(repository);
        snapshots.delete(List.of(snapshots.find(first.snapshot())), Snapshots.Deletion.NOW);
        collect(bench, repository, agent);
        assertThat(
                new TinyReader(repository, bench.volume)
                    .read(second.snapshot(), SECOND, TinyReader.Manner.HELD))
            .isEqualTo(new TinyReader.Outcome.Right());
      }
    } catch (Killed _) {
      // As planned.
    }
    return store.calls();
  }

  private static final RequestKey KEY = RequestKey.of("caller", "key");
  private static final Duration LONG = Duration.ofDays(30);

  /// A day of functions and an agent: a snapshot is asked for by a person and one by a policy, the
  /// first is made and deleted, and index and inbox are swept.
  private static long requestedDay(
      SmallRepository bench, long fatalCall, MortalObjectStore.Death death) {
    MortalObjectStore store = new MortalObjectStore(bench.memory, fatalCall, death);
    try {
      Repository repository = open(bench, store, "mortal", 11);
      SnapshotId made = request(bench, repository).id();
      serve(bench, repository, made, FIRST);
      List<ScheduleTick.Asked> _ = new ScheduleTick(repository).run();
      Snapshots snapshots = new Snapshots(repository);
      snapshots.delete(List.of(snapshots.find(made)), Snapshots.Deletion.NOW);
      IndexSweep.Result _ = new IndexSweep(repository).run();
    } catch (Killed _) {
      // As planned.
    }
    return store.calls();
  }

  private static RequestedSnapshot request(SmallRepository bench, Repository repository) {
    return new SnapshotRequests(repository)
        .request(
            repository.journal().read().state(),
            new SnapshotRequest(
                bench.named,
                new Label(FIRST.name(), new TreeMap<>(), Optional.empty()),
                Optional.empty(),
                LONG,
                Wishes.NONE),
            Optional.of(KEY));
  }

  private static void serve(
      SmallRepository bench, Repository repository, SnapshotId id, Image image) {
    RequestedSessions.Served served =
        new RequestedSessions(repository)
            .serve(bench.volume, id, bench.named.host(), SnapshotSession.ParentChoice.newest());
    if (served instanceof RequestedSessions.Served.Begun(SnapshotSession session)) {
      try (TinyAgent agent = new TinyAgent(repository, TinyAgent.Habit.PLAIN)) {
        Entry _ = agent.commit(session, agent.write(session, image));
      }
    }
  }

  /// A host whose agent serves the volume, and a policy that wants a snapshot now.
  private static SmallRepository requestedBench() {
    SmallRepository bench = new SmallRepository();
    Host _ = new Hosts(bench.repository).register(bench.named.host(), List.of(), Optional.empty());
    Policy _ =
        new Policies(bench.repository)
            .create(
                new Policies.Terms(
                    "hourly",
                    List.of("0 * * * *"),
                    "UTC",
                    new VolumeSelector(List.of(bench.volume), new TreeMap<>()),
                    Policy.Missed.ONCE,
                    LONG,
                    Retention.ALL,
                    Policy.Activity.ACTIVE));
    bench.clock.advance(Duration.ofMinutes(61));
    return bench;
  }

  @ParameterizedTest
  @EnumSource
  void whatIsAskedForIsAskedForOnceAndSeenByAll(MortalObjectStore.Death death) {
    long calls;
    try (SmallRepository bench = requestedBench()) {
      calls = requestedDay(bench, 0, death);
    }
    assertThat(calls).isGreaterThan(60);
    for (long fatal = 1; fatal <= calls; fatal++) {
      try (SmallRepository bench = requestedBench()) {
        requestedDay(bench, fatal, death);
        assertRequestsGoOn(bench, death + " " + fatal + " of " + calls);
      }
    }
  }

  private static void assertRequestsGoOn(SmallRepository bench, String when) {
    Repository survivor = open(bench, bench.memory, "survivor", 12);
    SnapshotId asked = request(bench, survivor).id();
    List<ScheduleTick.Asked> due = new ScheduleTick(survivor).run();
    assertThat(due)
        .as(when)
        .noneMatch(each -> each.outcome() instanceof ScheduleTick.Outcome.Failed);
    Map<Boolean, List<SnapshotId>> requested =
        bench
            .repository
            .journal(bench.volume)
            .events(1, bench.repository.journal(bench.volume).newestNumber())
            .stream()
            .map(Journal.Numbered::event)
            .filter(VolumeEvent.Requested.class::isInstance)
            .map(VolumeEvent.Requested.class::cast)
            .collect(
                Collectors.partitioningBy(
                    event -> event.schedule().isPresent(),
                    Collectors.mapping(VolumeEvent.Requested::snapshot, Collectors.toList())));
    assertThat(requested.get(false)).as(when).containsExactly(asked);
    assertThat(requested.get(true)).as(when).hasSize(1);
    // Whoever waits is found by the agent, before any sweep.
    assertThat(inbox(bench)).as(when).containsAll(waiting(bench));

    bench.clock.advance(Hands.silence());
    AbortSilent.Result _ = new AbortSilent(survivor).run();
    IndexSweep.Result swept = new IndexSweep(survivor).run();
    assertThat(swept.skipped()).as(when).isEmpty();
    assertThat(inbox(bench)).as(when).isEqualTo(waiting(bench));
    assertIndexed(bench, when);

    for (Entry entry : List.copyOf(bench.state().entries().values())) {
      if (entry.phase() instanceof Phase.Requested) {
        serve(bench, survivor, entry.snapshot(), FIRST);
      }
    }
    assertThat(bench.state().entries().values())
        .as(when)
        .allMatch(entry -> entry.content().isPresent());
    for (Entry entry : bench.state().entries().values()) {
      assertThat(FIRST.differs(bench.memory, entry.root().orElseThrow())).as(when).isEmpty();
    }
    IndexSweep.Result _ = new IndexSweep(survivor).run();
    assertThat(inbox(bench)).as(when).isEmpty();
    assertIndexed(bench, when);
    assertThat(oddities(bench)).as(when).isEmpty();
  }

  private static Set<Marker> inbox(SmallRepository bench) {
    Host host = new Hosts(bench.repository).find(bench.named.host());
    return Set.copyOf(new Inbox(bench.repository, host.id()).list());
  }

  private static Set<Marker> waiting(SmallRepository bench) {
    return bench.state().entries().values().stream()
        .filter(entry -> entry.phase() instanceof Phase.Requested)
        .map(entry -> new Marker.ForSnapshot(bench.volume, entry.snapshot()))
        .collect(Collectors.toSet());
  }

  private static void assertIndexed(SmallRepository bench, String when) {
    Map<SnapshotId, String> standing =
        bench.state().entries().values().stream()
            .filter(entry -> SnapshotQuery.ALL.takes(entry))
            .collect(Collectors.toMap(Entry::snapshot, entry -> entry.phase().word()));
    Map<SnapshotId, String> listed =
        new IndexReader(bench.memory)
            .page(SnapshotQuery.ALL, Optional.empty(), 100).rows().stream()
                .collect(
                    Collectors.toMap(
                        row -> row.entry().snapshot(), row -> row.entry().phase().word()));
    assertThat(listed).as(when).isEqualTo(standing);
  }

  private static Repository open(
      SmallRepository bench, ObjectStore store, String actor, long seed) {
    return Repository.open(
        store, Writers.writer(store, actor, bench.clock, new SplittableRandom(seed)));
  }

  private static CollectionRun.Result collect(
      SmallRepository bench, Repository repository, TinyAgent agent) {
    Upkeep upkeep = new Upkeep(repository, Upkeep.TRASH_WINDOW, _ -> false);
    return new CollectionRun(repository, agent.nodes(), upkeep).run(bench.named);
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsLostAndNothingIsLeft(MortalObjectStore.Death death) {
    long calls;
    try (SmallRepository bench = new SmallRepository()) {
      calls = day(bench, 0, death);
      assertThat(bench.state().entries()).hasSize(1);
    }
    assertThat(calls).isGreaterThan(40);
    for (long fatal = 1; fatal <= calls; fatal++) {
      try (SmallRepository bench = new SmallRepository()) {
        day(bench, fatal, death);
        assertGoesOn(bench, death + " " + fatal + " of " + calls);
      }
    }
  }

  private static void assertGoesOn(SmallRepository bench, String when) {
    assertReadyRestores(bench, when);
    Repository survivor = open(bench, bench.memory, "survivor", 12);
    try (TinyAgent agent = new TinyAgent(survivor, TinyAgent.Habit.PLAIN)) {
      agent.create(bench.volume, NEXT, SnapshotSession.ParentChoice.newest());
      assertReadyRestores(bench, when);
      assertCollected(collect(bench, survivor, agent), when);
      assertReadyRestores(bench, when);

      bench.clock.advance(Hands.silence());
      assertCollected(collect(bench, survivor, agent), when);
      assertThat(bench.state().entries().values())
          .as(when)
          .noneMatch(entry -> entry.phase() instanceof Phase.Creating);
      assertThat(bench.state().holds()).as(when).isEmpty();
      assertReadyRestores(bench, when);

      Snapshots snapshots = new Snapshots(survivor);
      for (Entry entry : List.copyOf(bench.state().entries().values())) {
        snapshots.delete(List.of(snapshots.find(entry.snapshot())), Snapshots.Deletion.NOW);
      }
      assertCollected(collect(bench, survivor, agent), when);
    }
    assertThat(bench.state().entries()).as(when).isEmpty();
    assertThat(bench.packs()).as(when).isEmpty();
    assertThat(bench.keys(ObjectKeys.beats(bench.volume))).as(when).isEmpty();
    assertThat(oddities(bench)).as(when).isEmpty();
  }

  private static void assertReadyRestores(SmallRepository bench, String when) {
    for (Entry entry : bench.state().entries().values()) {
      if (entry.phase() instanceof Phase.Ready(Phase.Content content)) {
        Image image = requireNonNull(IMAGES.get(entry.label().name()));
        assertThat(image.differs(bench.memory, content.root())).as(when).isEmpty();
      }
    }
  }

  private static void assertCollected(CollectionRun.Result result, String when) {
    assertThat(result.failure()).as(when).isEmpty();
    assertThat(result.collection().orElseThrow().failures()).as(when).isEmpty();
    assertThat(result.collection().orElseThrow().plan().unreadable()).as(when).isEmpty();
  }

  private static List<String> oddities(SmallRepository bench) {
    List<String> found = new ArrayList<>();
    bench
        .repository
        .journal(bench.volume)
        .foldAll(
            new Journal.FoldListener() {
              @Override
              public void folded(EventHeader header, Optional<String> ignored) {
                ignored.ifPresent(reason -> found.add(header.number() + ": " + reason));
              }

              @Override
              public void disagrees(EventHeader header) {
                found.add(header.number() + ": another state");
              }
            });
    return found;
  }
}
