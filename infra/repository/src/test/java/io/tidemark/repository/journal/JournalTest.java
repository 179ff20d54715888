package io.tidemark.repository.journal;

import static io.tidemark.repository.journal.volume.Samples.VOLUME;
import static io.tidemark.repository.journal.volume.Samples.snapshot;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.VolumeBodyCodec;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeFold;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.decorated.Fault;
import io.tidemark.repository.store.decorated.FaultyObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Seeded;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.Writers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class JournalTest {
  private static final String FOLDER = ObjectKeys.journal(VOLUME);

  private final StepClock clock = new StepClock();
  private final MemoryObjectStore memory = new MemoryObjectStore(clock);
  private final FaultyObjectStore faulty = new FaultyObjectStore(memory);
  private final CountingObjectStore counting = new CountingObjectStore(faulty);
  private final EventCodec<VolumeEvent, VolumeState> codec =
      new EventCodec<>(new VolumeBodyCodec());
  private final Journal<VolumeEvent, VolumeState> journal = journal("tester", 1);

  private Journal<VolumeEvent, VolumeState> journal(String actor, long seed) {
    return new Journal<>(
        counting,
        FOLDER,
        new VolumeFold(),
        new VolumeBodyCodec(),
        Writers.writer(counting, actor, clock, new SplittableRandom(seed)));
  }

  private static String key(long number) {
    return FOLDER + ObjectKeys.descending(number);
  }

  private long append(VolumeEvent event) {
    return append(journal, event);
  }

  private static long append(Journal<VolumeEvent, VolumeState> to, VolumeEvent event) {
    Appended<VolumeState, String> appended = to.append(_ -> Decision.append(event));
    return ((Appended.Event<VolumeState, String>) appended).number();
  }

  /// Writes an event as somebody else might: whatever its state and its link.
  private void write(
      long number,
      String previous,
      VolumeEvent event,
      VolumeState after,
      Consumer<ObjectNode> change) {
    EventHeader header =
        new EventHeader(
            number,
            previous,
            new CommitId(number, 99),
            clock.instant(),
            "stranger",
            codec.type(event),
            EventHeader.Critical.YES);
    byte[] bytes = codec.encode(header, event, after, new Since<>(0, "", List.of()));
    memory.createIfAbsent(key(number), ByteBuffer.wrap(EventBytes.changed(bytes, change)));
  }

  private void write(long number, String previous, VolumeEvent event, VolumeState after) {
    write(number, previous, event, after, _ -> {});
  }

  /// The bytes of a state say as much as the state, and a failed comparison of their hashes fits on
  /// a screen.
  private String digest(VolumeState state) {
    return EventCodec.hash(codec.encodeState(state));
  }

  private String hash(long number) {
    return EventCodec.hash(memory.get(key(number)));
  }

  private void replace(long number, UnaryOperator<byte[]> change) {
    byte[] bytes = memory.get(key(number));
    memory.delete(List.of(key(number)));
    memory.createIfAbsent(key(number), ByteBuffer.wrap(change.apply(bytes)));
  }

  /// Every event folded from the first, without a disagreement.
  private VolumeState folded(long... ignored) {
    List<Long> illegal = new ArrayList<>();
    VolumeState state =
        journal.foldAll(
            new Journal.FoldListener() {
              @Override
              public void folded(EventHeader header, Optional<String> reason) {
                reason.ifPresent(_ -> illegal.add(header.number()));
              }

              @Override
              public void disagrees(EventHeader header) {
                throw new AssertionError("The state in event " + header.number() + " is wrong");
              }
            });
    assertThat(illegal).containsExactly(Arrays.stream(ignored).boxed().toArray(Long[]::new));
    return state;
  }

  /// Makes the state too large to ride along, and goes on until it is computed from an event that
  /// is not the one before.
  private void makeLarge() {
    append(Samples.opened());
    append(large(snapshot(2)));
    do {
      append(Samples.requested(snapshot((int) journal.newestNumber() + 1)));
    } while (decoded(journal.newestNumber()).since().map(since -> since.events().size()).orElse(0)
        < 3);
  }

  private static VolumeEvent large(SnapshotId snapshot) {
    Label label =
        new Label("", new TreeMap<>(Map.of("text", "x".repeat(70_000))), Optional.empty());
    return new VolumeEvent.Requested(
        snapshot, label, Origin.MANUAL, Optional.empty(), "host", Optional.empty(), More.NONE);
  }

  @Test
  void anEmptyJournalIsAtNumberZero() {
    Reading<VolumeEvent, VolumeState> reading = journal.read();
    assertThat(reading.number()).isZero();
    assertThat(reading.state()).isEqualTo(VolumeState.EMPTY);
    assertThat(journal.newestNumber()).isZero();
    assertThat(folded()).isEqualTo(VolumeState.EMPTY);
  }

  @Test
  void whatIsAppendedIsReadWithTheStateInIt() {
    assertThat(append(Samples.opened())).isEqualTo(1);
    clock.advance(Duration.ofMinutes(2));
    assertThat(append(Samples.requested(snapshot(1)))).isEqualTo(2);
    clock.advance(Duration.ofMinutes(3));
    Reading<VolumeEvent, VolumeState> reading = journal.read();
    assertThat(reading.number()).isEqualTo(2);
    assertThat(reading.hash()).isEqualTo(hash(2));
    assertThat(reading.since().events()).isEmpty();
    assertThat(reading.storeTime()).isEqualTo(StepClock.START.plus(Duration.ofMinutes(5)));
    assertThat(reading.changedAt()).isEqualTo(StepClock.START.plus(Duration.ofMinutes(2)));
    assertThat(reading.state()).isEqualTo(folded());
    assertThat(journal.newestNumber()).isEqualTo(2);
    assertThat(journal.age(1)).isEqualTo(Duration.ofMinutes(5));
    assertThat(journal.age(2)).isEqualTo(Duration.ofMinutes(3));
  }

  @Test
  void theBytesOfEvent1AreTheseForEver() {
    append(Samples.opened());
    assertThat(new String(memory.get(key(1)), UTF_8))
        .isEqualTo(
            "{\"actor\":\"tester\",\"at\":\"2026-01-01T00:00:00Z\",\"chunkBytes\":4096,"
                + "\"commitId\":\"910a2dec89025cc1beeb8da1658eec67\",\"critical\":true,"
                + "\"format\":1,\"name\":\"disk\",\"number\":1,"
                + "\"state\":{\"chunkBytes\":4096,\"closed\":false,\"entries\":[],\"holds\":[],"
                + "\"name\":\"disk\",\"volume\":\"vol-0123456789abcdef0\"},"
                + "\"sum\":\"60094279a4acc26e63b058ffdbc928d9\","
                + "\"type\":\"opened\",\"volume\":\"vol-0123456789abcdef0\"}");
  }

  @Test
  void aDecisionMayLeaveItAtThat() {
    append(Samples.opened());
    Appended<VolumeState, String> left = journal.append(_ -> Decision.leave("no need"));
    assertThat(left).isEqualTo(new Appended.Left<>("no need"));
    assertThat(journal.newestNumber()).isEqualTo(1);
  }

  @Test
  void anIllegalEventIsNotWritten() {
    append(Samples.opened());
    assertThatThrownBy(() -> append(Samples.trashed(snapshot(1))))
        .isInstanceOf(IllegalEventException.class)
        .hasMessageContaining(FOLDER)
        .hasMessageContaining("trashed");
    assertThat(journal.newestNumber()).isEqualTo(1);
  }

  @Test
  void aNumberLostToSomebodyElseIsDecidedAgainOnTheNewState() {
    append(Samples.opened());
    Journal<VolumeEvent, VolumeState> other = journal("other", 2);
    faulty.plan(
        StoreCall.CREATE,
        FOLDER,
        new Fault.After(() -> append(other, Samples.requested(snapshot(1)))));
    List<Long> decidedOn = new ArrayList<>();
    Appended<VolumeState, String> appended =
        journal.append(
            reading -> {
              decidedOn.add(reading.number());
              return reading.state().find(snapshot(1)).isPresent()
                  ? Decision.leave("there already")
                  : Decision.append(Samples.requested(snapshot(1)));
            });
    assertThat(appended).isEqualTo(new Appended.Left<>("there already"));
    assertThat(decidedOn).containsExactly(1L, 2L);
    folded();
  }

  private Journal<VolumeEvent, VolumeState> waiting(Backoff backoff) {
    Journal.Writer writer = Writers.writer(counting, "patient", clock, new SplittableRandom(5));
    return new Journal<>(
        counting,
        FOLDER,
        new VolumeFold(),
        new VolumeBodyCodec(),
        new Journal.Writer(
            writer.actor(), writer.clock(), writer.random(), writer.creates(), backoff));
  }

  @Test
  void afterALostNumberAWriterWaitsBeforeItReadsAgain() {
    append(Samples.opened());
    List<String> happened = new ArrayList<>();
    int[] others = {3};
    Appended<VolumeState, String> appended =
        waiting(() -> () -> happened.add("waits"))
            .append(
                reading -> {
                  happened.add("decides on " + reading.number());
                  if (others[0]-- > 0) {
                    append(Samples.requested(snapshot((int) reading.number())));
                  }
                  return Decision.append(Samples.requested(snapshot(99)));
                });
    assertThat(appended).isInstanceOf(Appended.Event.class);
    assertThat(happened)
        .containsExactly(
            "decides on 1",
            "waits",
            "decides on 2",
            "waits",
            "decides on 3",
            "waits",
            "decides on 4");
  }

  @Test
  void whoLosesNumbersUntilTheBackOffEndsHasChangedNothing() {
    append(Samples.opened());
    int[] pauses = {4};
    Journal<VolumeEvent, VolumeState> impatient = waiting(() -> () -> pauses[0]-- > 0);
    assertThatThrownBy(
            () ->
                impatient.append(
                    reading -> {
                      append(Samples.requested(snapshot((int) reading.number())));
                      return Decision.append(Samples.requested(snapshot(99)));
                    }))
        .isInstanceOf(StoreException.Unavailable.class)
        .hasMessageContaining("Lost 5 numbers in a row")
        .hasMessageContaining("nothing was changed");
    assertThat(journal.read().state().find(snapshot(99))).isEmpty();
    assertThat(journal.read().number()).isEqualTo(6);
  }

  @Test
  void aLostReplyOfACreateThatLandedIsSuccess() {
    append(Samples.opened());
    faulty.plan(StoreCall.CREATE, FOLDER, new Fault.ReplyLost());
    assertThat(append(Samples.requested(snapshot(1)))).isEqualTo(2);
    assertThat(folded().entries()).hasSize(1);
  }

  @Test
  void aLostRequestIsSentAgain() {
    append(Samples.opened());
    faulty.plan(StoreCall.CREATE, FOLDER, new Fault.RequestLost());
    assertThat(append(Samples.requested(snapshot(1)))).isEqualTo(2);
    assertThat(folded().entries()).hasSize(1);
  }

  @Test
  void aCreateThatLandsTwiceTakesEffectOnce() {
    append(Samples.opened());
    faulty.plan(StoreCall.CREATE, FOLDER, new Fault.LandsLate());
    assertThat(append(Samples.requested(snapshot(1)))).isEqualTo(2);
    append(Samples.removed(snapshot(1)));
    assertThat(faulty.landLate()).isPresent();
    assertThat(journal.read().number()).isEqualTo(3);
    assertThat(folded().entries()).isEmpty();
  }

  @Test
  void whoCannotWaitIsToldUnknownAndNotFailed() {
    append(Samples.opened());
    for (int attempt = 0; attempt < 5; attempt++) {
      faulty.plan(StoreCall.CREATE, FOLDER, new Fault.LandsLate());
    }
    assertThatThrownBy(() -> append(Samples.requested(snapshot(1))))
        .isInstanceOf(StoreException.UnknownOutcome.class);
    assertThat(journal.read().number()).isEqualTo(1);
    faulty.landLate();
    assertThat(journal.read().state().find(snapshot(1))).isPresent();
  }

  @Test
  void readingASmallStateTakesThreeRequests() {
    append(Samples.opened());
    for (int i = 0; i < 40; i++) {
      append(Samples.requested(snapshot(i)));
    }
    long before = counting.tally().requests();
    journal.read();
    assertThat(counting.tally().requests() - before).isEqualTo(3);
  }

  @Test
  void aStateRidesUpTo64KiBAndElseInEverySixteenthEvent() {
    append(Samples.opened());
    VolumeState state = journal.read().state();
    long lastState = 1;
    int without = 0;
    for (int number = 2; number <= 60; number++) {
      SnapshotId id = snapshot(number);
      append(number == 20 ? large(id) : Samples.requested(id));
      Envelope<VolumeEvent, VolumeState> envelope = decoded(number);
      state = journal.read().state();
      boolean small = codec.encodeState(state).length <= EventCodec.LARGEST_RIDING_STATE_BYTES;
      if (small || number - lastState == 16) {
        assertThat(envelope.state().map(this::digest)).contains(digest(state));
        lastState = number;
      } else {
        Since<VolumeEvent> since = envelope.since().orElseThrow();
        assertThat(since.number()).isEqualTo(lastState);
        assertThat(since.hash()).isEqualTo(hash(lastState));
        assertThat(since.events().size()).isEqualTo((int) (number - 1 - lastState)).isLessThan(16);
        without++;
      }
    }
    assertThat(without).isEqualTo(39);
    assertThat(digest(state)).isEqualTo(digest(folded()));
  }

  private Envelope<VolumeEvent, VolumeState> decoded(long number) {
    try {
      return codec.decode(memory.get(key(number)));
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void readingALargeStateTakesAtMostFourRequests() {
    makeLarge();
    long most = 0;
    for (int i = 0; i < 20; i++) {
      append(Samples.described(snapshot(3)));
      long before = counting.tally().requests();
      journal.read();
      most = Math.max(most, counting.tally().requests() - before);
    }
    assertThat(most).isEqualTo(4);
  }

  @Test
  void anEventWithAWrongLinkTakesItsNumberAndChangesNothing() {
    append(Samples.opened());
    append(Samples.requested(snapshot(1)));
    VolumeState lie = Samples.after(Samples.opened());
    write(3, "00".repeat(32), Samples.removed(snapshot(1)), lie);
    Reading<VolumeEvent, VolumeState> reading = journal.read();
    assertThat(reading.number()).isEqualTo(3);
    assertThat(reading.state().find(snapshot(1))).isPresent();
    assertThat(folded(3)).isEqualTo(reading.state());
    assertThat(append(Samples.described(snapshot(1)))).isEqualTo(4);
    assertThat(journal.read().state()).isEqualTo(folded(3));
  }

  @Test
  void severalVoidEventsInARowChangeNothing() {
    append(Samples.opened());
    append(Samples.requested(snapshot(1)));
    VolumeState lie = Samples.after(Samples.opened());
    for (long number = 3; number <= 20; number++) {
      write(number, "00".repeat(32), Samples.removed(snapshot(1)), lie);
    }
    Reading<VolumeEvent, VolumeState> reading = journal.read();
    assertThat(reading.number()).isEqualTo(20);
    assertThat(reading.state().find(snapshot(1))).isPresent();
    assertThat(append(Samples.described(snapshot(1)))).isEqualTo(21);
    assertThat(journal.read().state().find(snapshot(1)).map(Entry::label))
        .contains(Samples.label("described"));
    long[] ignored = LongStream.rangeClosed(3, 20).toArray();
    assertThat(journal.read().state()).isEqualTo(folded(ignored));
  }

  @Test
  void aVoidEvent1LeavesTheVolumeUnopened() {
    write(1, "00".repeat(32), Samples.opened(), Samples.after(Samples.opened()));
    assertThat(journal.read().state()).isEqualTo(VolumeState.EMPTY);
    assertThat(folded(1)).isEqualTo(VolumeState.EMPTY);
    assertThatThrownBy(() -> append(Samples.opened())).isInstanceOf(IllegalEventException.class);
  }

  @Test
  void aLinkToAnEventThatWasReplacedIsVoid() {
    append(Samples.opened());
    append(Samples.requested(snapshot(1)));
    append(Samples.requested(snapshot(2)));
    // The bucket lost events 2 and 3 and somebody wrote another event 2; then the old event 3
    // lands.
    byte[] third = memory.get(key(3));
    memory.delete(List.of(key(2), key(3)));
    append(journal("other", 2), Samples.requested(snapshot(7)));
    memory.createIfAbsent(key(3), ByteBuffer.wrap(third));
    assertThat(journal.read().state().entries().keySet()).containsExactly(snapshot(7));
    assertThat(folded(3).entries().keySet()).containsExactly(snapshot(7));
  }

  @Test
  void voidEventsDoNotBreakAStateThatIsComputedSince() {
    makeLarge();
    long newest = journal.newestNumber();
    VolumeState before = journal.read().state();
    write(newest + 1, "00".repeat(32), Samples.closed(), Samples.after(Samples.opened()));
    assertThat(digest(journal.read().state())).isEqualTo(digest(before));
    append(Samples.described(snapshot(3)));
    VolumeState after = journal.read().state();
    assertThat(decoded(newest + 2).since().orElseThrow().events().getLast().standing())
        .isEqualTo(Recorded.Standing.VOID);
    assertThat(digest(after)).isEqualTo(digest(folded(newest + 1)));
    for (int i = 0; i < 20; i++) {
      append(Samples.described(snapshot(3)));
      assertThat(digest(journal.read().state())).isEqualTo(digest(folded(newest + 1)));
    }
  }

  @Test
  void aMissingEventStopsReadingAndFolding() {
    append(Samples.opened());
    append(Samples.requested(snapshot(1)));
    append(Samples.requested(snapshot(2)));
    memory.delete(List.of(key(2)));
    assertThatThrownBy(journal::read)
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining(key(2))
        .hasMessageContaining("Nothing is changed or collected until it is");
    assertThatThrownBy(() -> append(Samples.requested(snapshot(3))))
        .isInstanceOf(StoreException.Corrupt.class);
    assertThatThrownBy(this::folded).isInstanceOf(StoreException.Corrupt.class);
    assertThatThrownBy(() -> journal.age(2)).isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void aMissingOlderEventIsFoundByTheWholeFold() {
    append(Samples.opened());
    append(Samples.requested(snapshot(1)));
    append(Samples.requested(snapshot(2)));
    append(Samples.requested(snapshot(3)));
    byte[] lost = memory.get(key(2));
    memory.delete(List.of(key(2)));
    assertThatThrownBy(this::folded)
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining(key(2))
        .hasMessageContaining("all else goes on");
    memory.createIfAbsent(key(2), ByteBuffer.wrap(Arrays.copyOf(lost, 20)));
    assertThatThrownBy(this::folded)
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining(key(2))
        .hasMessageContaining("all else goes on");
    append(Samples.requested(snapshot(4)));
    assertThat(journal.read().state().entries()).hasSize(4);
  }

  @Test
  void aTruncatedNewestEventStopsReading() {
    append(Samples.opened());
    append(Samples.requested(snapshot(1)));
    int length = memory.get(key(2)).length;
    for (int bytes : new int[] {0, 1, 10, length / 2, length - 1}) {
      replace(2, old -> Arrays.copyOf(old, bytes));
      assertThatThrownBy(journal::read)
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageContaining(key(2));
    }
  }

  @Test
  void aChangedBitInOneOfTheNewestTwoEventsStopsReading() {
    RandomGenerator random = Seeded.random("JournalTest");
    append(Samples.opened());
    append(Samples.requested(snapshot(1)));
    append(Samples.requested(snapshot(2)));
    for (long number = 2; number <= 3; number++) {
      byte[] sound = memory.get(key(number));
      for (int at = 0; at < sound.length; at += 3) {
        int place = at;
        int bit = random.nextInt(8);
        replace(
            number,
            _ -> {
              byte[] copy = sound.clone();
              copy[place] ^= (byte) (1 << bit);
              return copy;
            });
        assertThatThrownBy(journal::read)
            .as("bit " + bit + " of byte " + at + " of event " + number)
            .isInstanceOf(StoreException.class)
            .hasMessageContaining(key(number));
      }
      replace(number, _ -> sound);
    }
    assertThat(journal.read().state().entries()).hasSize(2);
  }

  @Test
  void theEventThatAStateIsComputedFromIsChecked() {
    makeLarge();
    long newest = journal.newestNumber();
    long base = decoded(newest).since().orElseThrow().number();
    assertThat(base).isLessThan(newest - 1);
    replace(
        base,
        bytes -> {
          byte[] copy = bytes.clone();
          copy[copy.length / 2] ^= 1;
          return copy;
        });
    assertThatThrownBy(journal::read)
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining(key(base));
  }

  @Test
  void anEventUnderAnothersNumberIsCorrupt() {
    append(Samples.opened());
    append(Samples.requested(snapshot(1)));
    memory.createIfAbsent(key(3), ByteBuffer.wrap(memory.get(key(2))));
    assertThatThrownBy(journal::read)
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining("number 2");
  }

  @Test
  void aForeignObjectAmongEventsIsPassedOver() {
    append(Samples.opened());
    for (int i = 0; i < 10; i++) {
      memory.createIfAbsent(FOLDER + "0-half-written-" + i, ByteBuffer.wrap(new byte[1]));
      memory.createIfAbsent(key(1) + "-half-written-" + i, ByteBuffer.wrap(new byte[1]));
    }
    assertThat(journal.read().number()).isEqualTo(1);
    assertThat(journal.newestNumber()).isEqualTo(1);
    assertThat(journal.age(1).isNegative()).isFalse();
  }

  @Test
  void anUnknownTypeIsSkippedUnlessItIsCritical() {
    append(Samples.opened());
    append(Samples.requested(snapshot(1)));
    VolumeState state = journal.read().state();
    write(
        3,
        hash(2),
        Samples.trashed(snapshot(1)),
        state,
        json -> json.put("type", "admired").put("critical", false));
    assertThat(journal.read().state()).isEqualTo(state);
    assertThat(folded()).isEqualTo(state);
    assertThat(append(Samples.described(snapshot(1)))).isEqualTo(4);
    write(5, hash(4), Samples.trashed(snapshot(1)), state, json -> json.put("type", "moved"));
    for (Callable<?> each :
        List.<Callable<?>>of(
            journal::read, () -> folded(), () -> append(Samples.described(snapshot(1))))) {
      assertThatThrownBy(each::call)
          .isInstanceOf(StoreException.FormatTooNew.class)
          .hasMessageContaining("newer Tidemark")
          .hasMessageContaining(key(5));
    }
  }

  @Test
  void anUnknownEventIsCarriedInSinceAsItStands() {
    makeLarge();
    long newest = journal.newestNumber();
    VolumeState state = journal.read().state();
    append(Samples.described(snapshot(3)));
    ObjectNode since = (ObjectNode) EventBytes.object(memory.get(key(newest + 1))).get("since");
    memory.delete(List.of(key(newest + 1)));
    write(
        newest + 1,
        hash(newest),
        Samples.trashed(snapshot(1)),
        Samples.after(Samples.opened()),
        json -> {
          json.put("type", "admired").put("how", "much").put("critical", false).remove("state");
          json.set("since", since);
        });
    assertThat(digest(journal.read().state())).isEqualTo(digest(state));
    append(Samples.described(snapshot(3)));
    Recorded<VolumeEvent> carried = decoded(newest + 2).since().orElseThrow().events().getLast();
    assertThat(carried.event()).isEmpty();
    assertThat(carried.json()).contains("\"how\":\"much\"");
    assertThat(digest(journal.read().state())).isEqualTo(digest(folded()));
  }

  @Test
  void aRequestOfEachOfManyThreadsTakesEffectOnce() throws Exception {
    append(Samples.opened());
    int threads = 6;
    int each = 8;
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<List<Long>>> futures = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        Journal<VolumeEvent, VolumeState> mine = journal("writer-" + thread, 100 + thread);
        int first = thread * each;
        futures.add(
            executor.submit(
                () -> {
                  List<Long> numbers = new ArrayList<>();
                  for (int i = 0; i < each; i++) {
                    numbers.add(append(mine, Samples.requested(snapshot(first + i))));
                  }
                  return numbers;
                }));
      }
      List<Long> numbers = new ArrayList<>();
      for (Future<List<Long>> future : futures) {
        numbers.addAll(future.get());
      }
      assertThat(numbers).doesNotHaveDuplicates().hasSize(threads * each);
    }
    VolumeState state = journal.read().state();
    assertThat(state.entries()).hasSize(threads * each);
    assertThat(state).isEqualTo(folded());
    for (Entry entry : state.entries().values()) {
      assertThat(entry.born()).isEqualTo(entry.since());
    }
  }

  @Test
  void readingIsTheWholeFoldWhateverHappened() {
    RandomGenerator random = Seeded.random("JournalTest");
    for (int run = 0; run < 3; run++) {
      readingIsTheWholeFold(random);
    }
  }

  private void readingIsTheWholeFold(RandomGenerator random) {
    memory.delete(memory.list(FOLDER, "", 1000).entries().stream().map(e -> e.key()).toList());
    append(Samples.opened());
    List<Long> ignored = new ArrayList<>();
    for (int step = 0; step < 40; step++) {
      Reading<VolumeEvent, VolumeState> reading = journal.read();
      VolumeEvent event = Histories.event(random, reading.state(), reading.number() + 1);
      switch (random.nextInt(12)) {
        case 0 -> {
          ignored.add(reading.number() + 1);
          write(reading.number() + 1, "ff".repeat(32), event, VolumeState.EMPTY);
        }
        case 1 -> faulty.plan(StoreCall.CREATE, FOLDER, new Fault.ReplyLost());
        case 2 -> faulty.plan(StoreCall.CREATE, FOLDER, new Fault.LandsLate());
        default -> {}
      }
      try {
        append(event);
      } catch (IllegalEventException _) {
        faulty.heal();
      }
      faulty.landLate();
      if (step % 10 == 9) {
        VolumeState whole = folded(ignored.stream().mapToLong(n -> n).toArray());
        assertThat(digest(journal.read().state())).isEqualTo(digest(whole));
      }
    }
  }
}
