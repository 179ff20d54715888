package io.tidemark.repository.journal;

import static io.tidemark.repository.journal.volume.Samples.snapshot;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.VolumeBodyCodec;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeFold;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.Fault;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.Writers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Appending: decisions, lost numbers and lost replies.
class JournalTest extends JournalBench {
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
}
