package io.tidemark.repository.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.host.Inbox;
import io.tidemark.repository.host.Marker;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.Quotas;
import io.tidemark.repository.journal.repository.RepositoryEvent;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.session.RequestedSessions;
import io.tidemark.repository.session.RequestedSessions.Served;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.snapshot.RequestedSnapshot;
import io.tidemark.repository.snapshot.SnapshotRequest;
import io.tidemark.repository.snapshot.SnapshotRequests;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.Fault;
import io.tidemark.repository.store.decorated.FaultyObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.CrashingObjectStore;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SnapshotRequestsTest {
  private static final RequestKey KEY = RequestKey.of("ann", "before-upgrade");

  private final StepClock clock = new StepClock();
  private final MemoryObjectStore memory = new MemoryObjectStore(clock);
  private final Repository repository =
      Repository.initialise(memory, Writers.writer(memory, "f", clock, random()), "here");
  private final Host host = new Hosts(repository).register("alpha", List.of(), Optional.empty());
  private final NamedVolume web =
      new Volumes(repository).add(new VolumeName("web"), "alpha", "/disk", ChunkSize.DEFAULT);
  private final Inbox inbox = new Inbox(repository, host.id());

  private int seed;

  private SplittableRandom random() {
    return new SplittableRandom(seed++);
  }

  private Repository open(ObjectStore store) {
    return Repository.open(store, Writers.writer(store, "f", clock, random()));
  }

  private SnapshotRequest wanted(String name) {
    return new SnapshotRequest(
        web,
        new Label(name, new TreeMap<>(), Optional.empty()),
        Optional.empty(),
        Duration.ofSeconds(60),
        Wishes.NONE);
  }

  private RequestedSnapshot request(Repository by, String name, Optional<RequestKey> key) {
    RepositoryState state = by.journal().read().state();
    return new SnapshotRequests(by).request(state, wanted(name), key);
  }

  private RequestedSnapshot request(String name) {
    return request(repository, name, Optional.of(KEY));
  }

  private VolumeState state() {
    return repository.journal(web.id()).read().state();
  }

  private Served serve(SnapshotId id) {
    return new RequestedSessions(repository)
        .serve(web.id(), id, "alpha", SnapshotSession.ParentChoice.newest());
  }

  private Entry make(SnapshotId id) {
    SnapshotSession session = ((Served.Begun) serve(id)).session();
    return session.commit(
        new Written.Changed(0, Optional.empty(), Samples.reference(web.id(), session.number(), 0)),
        Samples.FACTS);
  }

  @Test
  void aRequestWaitsForItsHostAndIsServed() {
    RequestedSnapshot made = request(repository, "a", Optional.empty());
    assertThat(made).isInstanceOf(RequestedSnapshot.Made.class);
    assertThat(inbox.list()).containsExactly(new Marker.ForSnapshot(web.id(), made.id()));
    Entry entry = state().find(made.id()).orElseThrow();
    assertThat(entry.phase())
        .isEqualTo(new Phase.Requested("alpha", Optional.of(clock.instant().plusSeconds(60))));
    Entry ready = make(made.id());
    assertThat(ready.label().name()).isEqualTo("a");
    assertThat(ready.born()).isEqualTo(entry.born());
    assertThat(serve(made.id())).isInstanceOf(Served.NotWaiting.class);
  }

  @Test
  void whoCannotTellTheHostDoesNotSayThatNothingWasRequested() {
    FaultyObjectStore faulty = new FaultyObjectStore(memory);
    for (int i = 0; i < 5; i++) {
      faulty.plan(StoreCall.CREATE, ObjectKeys.inbox(host.id()), new Fault.Unreachable());
    }
    assertThatThrownBy(() -> request(open(faulty), "a", Optional.of(KEY)))
        .isInstanceOf(StoreException.UnknownOutcome.class)
        .hasMessageContaining("in the journal")
        .hasMessageContaining("idempotency key");
    assertThat(state().entries()).hasSize(1);
    assertThat(inbox.list()).isEmpty();
    SnapshotId id = request("a").id();
    assertThat(state().entries()).containsOnlyKeys(id);
    assertThat(inbox.list()).containsExactly(new Marker.ForSnapshot(web.id(), id));
  }

  @Test
  void aRequestThatIsServedTooLateFailsForThatReason() {
    SnapshotId id = request("a").id();
    clock.advance(Duration.ofSeconds(61));
    Served served = serve(id);
    assertThat(served).isInstanceOf(Served.Late.class);
    assertThat(((Served.Late) served).failed().phase())
        .isInstanceOfSatisfying(
            Phase.Failed.class, failed -> assertThat(failed.reason()).contains("latest allowed"));
    assertThat(((RequestedSnapshot.Repeated) request("a")).snapshot().entry().phase())
        .isInstanceOf(Phase.Failed.class);
  }

  @Test
  void anotherHostDoesNotServeIt() {
    SnapshotId id = request("a").id();
    assertThat(
            new RequestedSessions(repository)
                .serve(web.id(), id, "beta", SnapshotSession.ParentChoice.newest()))
        .isInstanceOf(Served.NotWaiting.class);
    assertThat(state().find(id).orElseThrow().phase()).isInstanceOf(Phase.Requested.class);
  }

  @Test
  void aRepeatedRequestIsAnsweredByWhatBecameOfIt() {
    SnapshotId id = request("a").id();
    assertThat(request("a")).isInstanceOf(RequestedSnapshot.Repeated.class);
    make(id);
    assertThat(((RequestedSnapshot.Repeated) request("a")).snapshot().entry().phase())
        .isInstanceOf(Phase.Ready.class);
    Snapshots snapshots = new Snapshots(repository);
    snapshots.delete(List.of(snapshots.find(id)), Snapshots.Deletion.NOW);
    assertThat(request("a"))
        .isEqualTo(new RequestedSnapshot.Gone(id, Optional.of("deleted past the trash")));
    assertThat(state().entries()).isEmpty();
  }

  @Test
  void anotherRequestUnderTheSameKeyIsRefused() {
    request("a");
    assertThatThrownBy(() -> request("b"))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.reason()).isEqualTo(Refused.Reason.KEY_REUSED));
    assertThat(state().entries()).hasSize(1);
    assertThat(request(repository, "b", Optional.of(RequestKey.of("bob", "before-upgrade"))))
        .isInstanceOf(RequestedSnapshot.Made.class);
  }

  @Test
  void whereverARequestDiesItsRepetitionMakesExactlyOneSnapshot() {
    for (int calls = 0; ; calls++) {
      RequestKey key = RequestKey.of("ann", "crash-" + calls);
      boolean crashed = false;
      CrashingObjectStore crashing = new CrashingObjectStore(memory, calls);
      try {
        request(open(crashing), "n" + calls, Optional.of(key));
      } catch (CrashingObjectStore.Crash e) {
        crashed = true;
      }
      String name = "n" + calls;
      RequestedSnapshot again = request(repository, name, Optional.of(key));
      RequestedSnapshot third = request(repository, name, Optional.of(key));
      assertThat(third.id()).isEqualTo(again.id());
      assertThat(
              state().entries().values().stream()
                  .filter(entry -> entry.label().name().equals(name)))
          .extracting(Entry::snapshot)
          .containsExactly(again.id());
      assertThat(inbox.list()).contains(new Marker.ForSnapshot(web.id(), again.id()));
      // The id of a removed request is not requested again either.
      Snapshots snapshots = new Snapshots(repository);
      snapshots.abort(snapshots.find(again.id()), "test");
      assertThat(request(repository, name, Optional.of(key)))
          .isEqualTo(new RequestedSnapshot.Gone(again.id(), Optional.of("test")));
      if (!crashed) {
        assertThat(calls).isGreaterThan(10);
        return;
      }
    }
  }

  @Test
  void anUnregisteredHostServesNobody() {
    NamedVolume lone =
        new Volumes(repository).add(new VolumeName("lone"), "beta", "/d", ChunkSize.DEFAULT);
    RepositoryState state = repository.journal().read().state();
    SnapshotRequest wanted =
        new SnapshotRequest(lone, Label.NONE, Optional.empty(), Duration.ZERO, Wishes.NONE);
    assertThatThrownBy(
            () -> new SnapshotRequests(repository).request(state, wanted, Optional.empty()))
        .hasMessageContaining("tidemark agent run");
  }

  private void limit(Quotas quotas) {
    Appended<RepositoryState, String> _ =
        repository
            .journal()
            .append(_ -> Decision.append(new RepositoryEvent.Limited(quotas, More.NONE)));
  }

  private static void isQuota(Throwable e) {
    assertThat(e)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Refused.Reason.QUOTA));
  }

  @Test
  void aVolumesLimitIsExact() {
    limit(new Quotas(OptionalLong.of(2), OptionalLong.empty(), OptionalLong.empty()));
    SnapshotId first = make(request(repository, "a", Optional.empty()).id()).snapshot();
    request(repository, "b", Optional.empty());
    assertThatThrownBy(() -> request(repository, "c", Optional.empty()))
        .satisfies(SnapshotRequestsTest::isQuota)
        .hasMessageContaining("has 2 snapshots, and the limit for a volume is 2");
    // A repeated request is no new one.
    Snapshots snapshots = new Snapshots(repository);
    snapshots.delete(List.of(snapshots.find(first)), Snapshots.Deletion.TO_TRASH);
    request(repository, "c", Optional.empty());
    assertThatThrownBy(() -> snapshots.undelete(List.of(snapshots.find(first))))
        .satisfies(SnapshotRequestsTest::isQuota);
  }

  @Test
  void totalsAreReadFromTheIndex() {
    make(request(repository, "a", Optional.empty()).id());
    limit(new Quotas(OptionalLong.empty(), OptionalLong.of(1), OptionalLong.empty()));
    NamedVolume db =
        new Volumes(repository).add(new VolumeName("db"), "alpha", "/db", ChunkSize.DEFAULT);
    RepositoryState state = repository.journal().read().state();
    SnapshotRequest wanted =
        new SnapshotRequest(db, Label.NONE, Optional.empty(), Duration.ZERO, Wishes.NONE);
    assertThatThrownBy(
            () -> new SnapshotRequests(repository).request(state, wanted, Optional.empty()))
        .satisfies(SnapshotRequestsTest::isQuota)
        .hasMessageContaining("There are 1 snapshots in this repository, and the limit is 1");
    limit(new Quotas(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(4000)));
    assertThatThrownBy(
            () -> new SnapshotRequests(repository).request(state, wanted, Optional.empty()))
        .satisfies(SnapshotRequestsTest::isQuota)
        .hasMessageContaining("4500 bytes");
  }

  private static SnapshotRequest with(SnapshotRequest wanted, Optional<Instant> expires) {
    return new SnapshotRequest(
        wanted.volume(),
        new Label("x", new TreeMap<>(), expires),
        Optional.empty(),
        wanted.howLate(),
        wanted.wishes());
  }

  @Test
  void anExpiryThatIsPastByTheStoresClockIsRefusedBeforeAnythingIsWritten() {
    RepositoryState state = repository.journal().read().state();
    Instant now = clock.instant();
    long events = repository.journal(web.id()).newestNumber();
    int objects = memory.list("", "", 1000).entries().size();
    for (Optional<RequestKey> key : List.of(Optional.<RequestKey>empty(), Optional.of(KEY))) {
      assertThatThrownBy(
              () ->
                  new SnapshotRequests(repository)
                      .request(state, with(wanted("x"), Optional.of(now)), key))
          .isInstanceOfSatisfying(
              Refused.class, e -> assertThat(e.reason()).isEqualTo(Refused.Reason.EXPIRES_IN_PAST));
    }
    assertThat(repository.journal(web.id()).newestNumber()).isEqualTo(events);
    assertThat(memory.list("", "", 1000).entries()).hasSize(objects);
    SnapshotRequest ahead = with(wanted("x"), Optional.of(now.plusSeconds(1)));
    SnapshotId made = new SnapshotRequests(repository).request(state, ahead, Optional.of(KEY)).id();
    clock.advance(Duration.ofMinutes(1));
    // Whoever asks again gets the same answer, though no time is left.
    assertThat(new SnapshotRequests(repository).request(state, ahead, Optional.of(KEY)).id())
        .isEqualTo(made);
  }

  @Test
  void stepsThatNoAgentTakesAreRefused() {
    RepositoryState state = repository.journal().read().state();
    SnapshotRequest wanted =
        new SnapshotRequest(
            web,
            Label.NONE,
            Optional.empty(),
            Duration.ofSeconds(60),
            new Wishes(Optional.empty(), List.of("mysql")));
    assertThatThrownBy(
            () -> new SnapshotRequests(repository).request(state, wanted, Optional.of(KEY)))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.reason()).isEqualTo(Refused.Reason.UNKNOWN_STEP))
        .hasMessageContainingAll("alpha", "mysql");
    assertThat(state().entries()).isEmpty();
    Host _ = new Hosts(repository).register("alpha", List.of(), List.of("mysql"), Optional.empty());
    SnapshotId made =
        new SnapshotRequests(repository)
            .request(repository.journal().read().state(), wanted, Optional.of(KEY))
            .id();
    assertThat(state().find(made).orElseThrow().more().json()).contains("mysql");
  }
}
