package io.tidemark.repository.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.host.Inbox;
import io.tidemark.repository.host.Marker;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotSelector;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.CrashingObjectStore;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RestoreRequestsTest {
  private static final Duration HOW_LATE = Duration.ofMinutes(10);

  private final StepClock clock = new StepClock();
  private final MemoryObjectStore memory = new MemoryObjectStore(clock);
  private final Repository repository =
      Repository.initialise(
          memory, Writers.writer(memory, "f", clock, new SplittableRandom(1)), "here");
  private final Host host =
      new Hosts(repository).register("alpha", List.of("fast"), Optional.empty());
  private final NamedVolume web =
      new Volumes(repository).add(new VolumeName("web"), "alpha", "/disk", ChunkSize.DEFAULT);
  private final SnapshotId id = snapshot();

  private SnapshotId snapshot() {
    SnapshotSession session =
        SnapshotSession.begin(
            repository,
            new NewSnapshot(web.id(), Label.NONE, Origin.MANUAL, clock.instant(), "alpha"),
            SnapshotSession.ParentChoice.newest());
    return session
        .commit(
            new Written.Changed(
                0, Optional.empty(), Samples.reference(web.id(), session.number(), 0)),
            Samples.FACTS)
        .snapshot();
  }

  private RequestedRestore request(Repository by, RestoreTarget target, Optional<RequestKey> key) {
    Snapshot snapshot = new Snapshots(by).find(id);
    return new RestoreRequests(by)
        .request(by.journal().read().state(), snapshot, target, HOW_LATE, key);
  }

  private static RestoreTarget fresh(String name) {
    return new RestoreTarget.NewVolume(new VolumeName(name), "alpha", "fast");
  }

  private List<Marker> inbox() {
    return new Inbox(repository, host.id()).list();
  }

  @Test
  void aRollbackHoldsTheSnapshotAndKeepsNewOnesFromBeginning() {
    RequestedRestore asked = request(repository, new RestoreTarget.InPlace(), Optional.empty());
    assertThat(asked.target()).isEqualTo(web);
    assertThat(inbox()).containsExactly(new Marker.ForRestore(web.id(), asked.hold()));
    Hold hold = repository.journal(web.id()).read().state().holds().values().iterator().next();
    assertThat(hold.restore().orElseThrow())
        .isEqualTo(
            new Hold.Restore(
                "alpha",
                web.id().text(),
                Optional.of(clock.instant().plus(HOW_LATE)),
                Optional.empty()));
    assertThatThrownBy(this::snapshot).hasMessageContaining("is being restored");
    assertThatThrownBy(() -> request(repository, new RestoreTarget.InPlace(), Optional.empty()))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.reason()).isEqualTo(Refused.Reason.IN_USE));
    new Snapshots(repository).release(web.id(), asked.hold(), "done");
    assertThat(snapshot()).isNotNull();
  }

  @Test
  void whereverARollbackDiesItsRepetitionHoldsOnce() {
    for (int calls = 0; ; calls++) {
      RequestKey key = RequestKey.of("ann", "rollback-" + calls);
      boolean crashed = crashed(calls, new RestoreTarget.InPlace(), key);
      RequestedRestore again = request(repository, new RestoreTarget.InPlace(), Optional.of(key));
      assertThat(repository.journal(web.id()).read().state().holds())
          .containsOnlyKeys(again.hold());
      assertThat(inbox()).contains(new Marker.ForRestore(web.id(), again.hold()));
      new Snapshots(repository).release(web.id(), again.hold(), "done");
      RequestedRestore third = request(repository, new RestoreTarget.InPlace(), Optional.of(key));
      assertThat(third.standing())
          .isEqualTo(new RequestedRestore.Standing.Ended(Optional.of("done")));
      assertThat(third.hold()).isEqualTo(again.hold());
      if (!crashed) {
        return;
      }
    }
  }

  private RequestedRestore requestLatest(RestoreTarget target, Duration howLate, String key) {
    SnapshotSelector latest = SnapshotSelector.parse("web@latest");
    return new RestoreRequests(repository)
        .request(
            repository.journal().read().state(),
            new Snapshots(repository).find(latest),
            latest,
            target,
            howLate,
            Optional.of(RequestKey.of("ann", key)));
  }

  @Test
  void aRepetitionIsTheSameRequestThoughWhatItNamesMeansANewerSnapshot() {
    for (RestoreTarget target : List.of(new RestoreTarget.InPlace(), fresh("copy"))) {
      String key = target.getClass().getSimpleName();
      RequestedRestore asked = requestLatest(target, HOW_LATE, key);
      new Snapshots(repository).release(web.id(), asked.hold(), "done");
      SnapshotId newer = snapshot();

      RequestedRestore again = requestLatest(target, HOW_LATE, key);

      assertThat(again.hold()).isEqualTo(asked.hold());
      assertThat(again.snapshot()).isEqualTo(asked.snapshot()).isNotEqualTo(newer);
      assertThat(again.standing())
          .isEqualTo(new RequestedRestore.Standing.Ended(Optional.of("done")));
      assertThatThrownBy(() -> requestLatest(target, HOW_LATE.plusSeconds(1), key))
          .isInstanceOfSatisfying(
              Refused.class, e -> assertThat(e.reason()).isEqualTo(Refused.Reason.KEY_REUSED));
    }
  }

  private boolean crashed(int calls, RestoreTarget target, RequestKey key) {
    CrashingObjectStore crashing = new CrashingObjectStore(memory, calls);
    try {
      request(
          Repository.open(
              crashing, Writers.writer(crashing, "f", clock, new SplittableRandom(90 + calls))),
          target,
          Optional.of(key));
      return false;
    } catch (CrashingObjectStore.Crash e) {
      return true;
    }
  }

  @Test
  void aNewVolumeIsThereAndHeldBeforeItsSnapshotIs() {
    RequestedRestore asked = request(repository, fresh("copy"), Optional.empty());
    NamedVolume copy = new Volumes(repository).find("copy");
    assertThat(asked.target()).isEqualTo(copy);
    assertThat(copy.source()).isEqualTo(RestoreRequests.source("fast"));
    VolumeState target = repository.journal(copy.id()).read().state();
    assertThat(target.holds().values())
        .singleElement()
        .satisfies(
            hold -> {
              assertThat(hold.kind()).isEqualTo(Hold.Kind.RESTORE);
              assertThat(hold.root().volume()).isEqualTo(web.id());
            });
    assertThat(repository.journal(web.id()).read().state().holds()).containsKey(asked.hold());
    assertThat(inbox()).containsExactly(new Marker.ForRestore(web.id(), asked.hold()));
  }

  @Test
  void whereverARestoreDiesItsRepetitionMakesOneVolume() {
    for (int calls = 0; ; calls++) {
      String name = "copy" + calls;
      RequestKey key = RequestKey.of("ann", name);
      boolean crashed = crashed(calls, fresh(name), key);
      RequestedRestore again = request(repository, fresh(name), Optional.of(key));
      assertThat(new Volumes(repository).find(name)).isEqualTo(again.target());
      assertThat(repository.journal(again.target().id()).read().state().holds()).hasSize(1);
      assertThat(
              repository.journal(web.id()).read().state().holds().values().stream()
                  .filter(
                      hold ->
                          hold.restore().orElseThrow().target().equals(again.target().id().text())))
          .extracting(Hold::number)
          .containsExactly(again.hold());
      assertThat(inbox()).contains(new Marker.ForRestore(web.id(), again.hold()));
      if (!crashed) {
        assertThat(calls).isGreaterThan(15);
        return;
      }
    }
  }

  @Test
  void whatIsRefusedLeavesNoVolumeBehind() {
    assertThatThrownBy(() -> request(repository, fresh("web"), Optional.empty()))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.reason()).isEqualTo(Refused.Reason.VOLUME_EXISTS));
    assertThatThrownBy(
            () ->
                request(
                    repository,
                    new RestoreTarget.NewVolume(new VolumeName("x"), "alpha", "slow"),
                    Optional.empty()))
        .hasMessageContaining("offers no pool 'slow'")
        .hasMessageContaining("fast");
    Snapshot snapshot = new Snapshots(repository).find(id);
    new Snapshots(repository).delete(List.of(snapshot), Snapshots.Deletion.TO_TRASH);
    assertThatThrownBy(
            () ->
                new RestoreRequests(repository)
                    .request(
                        repository.journal().read().state(),
                        snapshot,
                        fresh("copy"),
                        HOW_LATE,
                        Optional.empty()))
        .hasMessageContaining("only a READY snapshot");
    assertThat(new Volumes(repository).list()).containsExactly(web);
    assertThat(repository.journal(web.id()).read().state().holds()).isEmpty();
    assertThat(inbox()).isEmpty();
  }
}
