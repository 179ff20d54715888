package io.tidemark.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Verification;
import io.tidemark.repository.journal.volume.VerificationCodec;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.Fault;
import io.tidemark.repository.store.decorated.FaultyObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.testing.SmallRepository;
import io.tidemark.repository.testing.Writers;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
  private final SmallRepository bench = new SmallRepository();
  private final Snapshots snapshots = new Snapshots(bench.repository);
  private final FaultyObjectStore faulty = new FaultyObjectStore(bench.memory);

  /// Of somebody in between whose decision and event something happens.
  private final Snapshots slow =
      new Snapshots(
          Repository.open(
              faulty, Writers.writer(faulty, "slow", bench.clock, new SplittableRandom(7))));

  @AfterEach
  void close() {
    bench.close();
  }

  private Snapshot snapshot(String name) {
    Entry entry = bench.create(SmallRepository.image(name, 2, Map.of(0L, 1)));
    return snapshots.find(entry.snapshot());
  }

  private void before(Runnable step) {
    faulty.plan(StoreCall.CREATE, ObjectKeys.journal(bench.volume), new Fault.After(step));
  }

  private static Label named(String name) {
    return new Label(name, new TreeMap<>(), Optional.empty());
  }

  private static Label tagged(Label label, String tag) {
    TreeMap<String, String> tags = new TreeMap<>(label.tags());
    tags.put(tag, "1");
    return new Label(label.name(), tags, label.expires());
  }

  private Entry now(Snapshot snapshot) {
    return bench.state().find(snapshot.entry().snapshot()).orElseThrow();
  }

  @Test
  void notesTheLastVerificationAndChangesNothingElse() throws Exception {
    Snapshot made = snapshot("made");
    Verification first = new Verification(bench.clock.instant(), 3, 98_304, 0);
    Verification second = new Verification(bench.clock.instant(), 1, 32_768, 2);

    Snapshot _ = snapshots.noteVerified(made, first);
    Snapshot noted = snapshots.noteVerified(made, second);

    assertThat(VerificationCodec.decode(noted.entry().more())).contains(second);
    assertThat(VerificationCodec.decode(made.entry().more())).isEmpty();
    assertThat(now(made).phase()).isEqualTo(made.entry().phase());
    assertThat(now(made).label()).isEqualTo(made.entry().label());
    assertThat(bench.repository.journal(bench.volume).header(now(made).since()).actor())
        .isNotBlank();
  }

  @Test
  void notesNoVerificationOfWhatIsInTheTrash() throws Exception {
    Snapshot made = snapshot("made");
    List<Snapshot> _ = snapshots.delete(List.of(made), Snapshots.Deletion.TO_TRASH);

    Snapshot left = snapshots.noteVerified(made, new Verification(bench.clock.instant(), 3, 9, 0));

    assertThat(VerificationCodec.decode(left.entry().more())).isEmpty();
  }

  @Test
  void aDamagedJournalKeepsNobodyFromSeeingTheOtherVolumes() {
    Snapshot sound = snapshot("sound");
    NamedVolume other = bench.add("other");
    bench.agent.create(
        other.id(),
        SmallRepository.image("lost", 2, Map.of(0L, 1)),
        SnapshotSession.ParentChoice.newest());
    String newest = bench.keys(ObjectKeys.journal(other.id())).getFirst();
    bench.replace(newest, bytes -> Arrays.copyOf(bytes, 30));

    SnapshotList list = snapshots.list(Optional.empty(), SnapshotFilter.LIVE);

    assertThat(list.snapshots()).containsExactly(sound);
    assertThat(list.unreadable()).hasSize(1);
    assertThat(list.unreadable().getFirst().volume()).isEqualTo(other);
    assertThat(list.unreadable().getFirst().failure()).isInstanceOf(StoreException.Corrupt.class);
    assertThat(list.unreadable().getFirst().message()).contains("other", newest);
    assertThatThrownBy(() -> snapshots.list(Optional.of("other"), SnapshotFilter.LIVE))
        .isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void aSnapshotIsFoundByTheJournalsWhenItsReservationIsLostOrDamaged() {
    Snapshot snapshot = snapshot("s");
    SnapshotId id = snapshot.entry().snapshot();
    String key = ObjectKeys.snapshot(id);
    bench.replace(key, _ -> new byte[0]);
    assertThat(snapshots.find(id)).isEqualTo(snapshot);
    bench.memory.delete(List.of(key));
    assertThat(snapshots.find(id)).isEqualTo(snapshot);
    assertThat(snapshots.find(new SnapshotSelector.ByPrefix(id.text().substring(0, 12))))
        .isEqualTo(snapshot);
    assertThatThrownBy(() -> snapshots.find(new SnapshotId("snap-00000000000000000")))
        .isInstanceOf(Refused.class);
  }

  @Test
  void namesThatTurnTheDirectionOfTextAreRefused() {
    for (String text : List.of("a\u202eb", "\u2066", "\u200f", "a\u061cb")) {
      assertThatThrownBy(() -> new SnapshotName(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("turns the direction of text, U+");
    }
    assertThat(new SnapshotName("\u05d0\u05d1 \ud83d\udc69\u200d\ud83d\udcbb").text()).isNotEmpty();
  }

  @Test
  void aNameThatIsRefusedSaysWhatIsWrong() {
    Map.of(
            "a\u0007b", "a control character, U+0007",
            "a\ud800b", "half a character, U+D800",
            "a\u2028b", "a line break, U+2028",
            " a", "begins or ends with white space")
        .forEach(
            (text, fault) ->
                assertThatThrownBy(() -> new SnapshotName(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(fault));
  }

  @Test
  void aStoreThatDoesNotAnswerIsNoDamagedVolume() {
    snapshot("sound");
    for (int i = 0; i < 20; i++) {
      faulty.plan(StoreCall.LIST, ObjectKeys.journal(bench.volume), new Fault.Unreachable());
    }
    assertThatThrownBy(() -> slow.list(Optional.empty(), SnapshotFilter.LIVE))
        .isInstanceOf(StoreException.Unavailable.class);
  }

  @Test
  void twoChangesOfTagsAtOnceBothStay() {
    Snapshot snapshot = snapshot("s");
    before(() -> snapshots.describe(snapshot, label -> tagged(label, "theirs")));
    Snapshot described = slow.describe(snapshot, label -> tagged(label, "mine"));
    assertThat(described.entry().label().tags().keySet()).containsExactly("mine", "theirs");
    assertThat(now(snapshot).label()).isEqualTo(described.entry().label());
  }

  @Test
  void whatSomebodyElseDescribedAlikeIsNotDescribedTwice() {
    Snapshot snapshot = snapshot("s");
    before(() -> snapshots.describe(snapshot, _ -> named("same")));
    slow.describe(snapshot, _ -> named("same"));
    long newest = bench.repository.journal(bench.volume).newestNumber();
    assertThat(now(snapshot).label().name()).isEqualTo("same");
    snapshots.describe(snapshot, _ -> named("same"));
    assertThat(bench.repository.journal(bench.volume).newestNumber()).isEqualTo(newest);
  }

  @Test
  void whatIsGoneMeanwhileIsNotDescribed() {
    Snapshot snapshot = snapshot("s");
    before(() -> snapshots.delete(List.of(snapshot), Snapshots.Deletion.NOW));
    assertThatThrownBy(() -> slow.describe(snapshot, _ -> named("late")))
        .isInstanceOf(Refused.class)
        .hasMessageContaining(snapshot.entry().snapshot().text());
    assertThat(bench.state().entries()).isEmpty();
  }

  @Test
  void aHoldThatComesTooLateIsRefused() {
    Snapshot snapshot = snapshot("s");
    before(() -> snapshots.delete(List.of(snapshot), Snapshots.Deletion.TO_TRASH));
    assertThatThrownBy(() -> slow.hold(snapshot, "mine"))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("TRASHED");
    assertThat(bench.state().holds()).isEmpty();
  }

  @Test
  void aDeleteThatComesAfterAHoldIsRefused() {
    Snapshot snapshot = snapshot("s");
    before(() -> snapshots.hold(snapshot, "theirs"));
    assertThatThrownBy(() -> slow.delete(List.of(snapshot), Snapshots.Deletion.NOW))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("is held by")
        .hasMessageContaining("theirs");
    assertThat(now(snapshot).phase()).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void twoHoldsAtOnceBothStand() {
    Snapshot snapshot = snapshot("s");
    before(() -> snapshots.hold(snapshot, "theirs"));
    Snapshot held = slow.hold(snapshot, "mine");
    assertThat(held.holds()).hasSize(2);
    assertThat(bench.state().holds()).hasSize(2);
    snapshots.release(snapshots.find(snapshot.entry().snapshot()));
    assertThat(bench.state().holds()).isEmpty();
  }

  @Test
  void aReleaseThatSomebodyElseWasFasterWithIsDone() {
    Snapshot held = snapshots.hold(snapshot("s"), "mine");
    before(() -> snapshots.release(held));
    assertThat(slow.release(held).holds()).isEmpty();
    assertThat(bench.state().holds()).isEmpty();
  }

  @Test
  void aDescriptionDoesNotMindAHoldAndGoesOnWithATrashedSnapshot() {
    Snapshot snapshot = snapshot("s");
    before(() -> snapshots.delete(List.of(snapshot), Snapshots.Deletion.TO_TRASH));
    Snapshot described = slow.describe(snapshot, _ -> named("still there"));
    assertThat(described.entry().phase()).isInstanceOf(Phase.Trashed.class);
    assertThat(described.entry().label().name()).isEqualTo("still there");
  }

  @Test
  void anExpiryThatIsPastByTheStoresClockIsRefused() {
    SnapshotId id = snapshot("one").entry().snapshot();
    bench.clock.advance(Duration.ofHours(1));
    Snapshot snapshot = snapshots.find(id);
    Instant now = bench.clock.instant();
    assertThatThrownBy(() -> snapshots.describe(snapshot, label -> expiring(label, now)))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.reason()).isEqualTo(Refused.Reason.EXPIRES_IN_PAST))
        .hasMessageContaining("is past");
    assertThat(now(snapshot).label().expires()).isEmpty();
    snapshots.describe(snapshot, label -> expiring(label, now.plusSeconds(1)));
    bench.clock.advance(Duration.ofHours(1));
    // What has come to be past since keeps nobody from changing the rest.
    snapshots.describe(snapshot, label -> tagged(label, "kept"));
    assertThat(now(snapshot).label().expires()).contains(now.plusSeconds(1));
  }

  private static Label expiring(Label label, Instant at) {
    return new Label(label.name(), label.tags(), Optional.of(at));
  }
}
