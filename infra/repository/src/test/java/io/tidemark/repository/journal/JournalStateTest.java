package io.tidemark.repository.journal;

import static io.tidemark.repository.journal.volume.Samples.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.Fault;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.testing.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// How the state is found from the newest events.
class JournalStateTest extends JournalBench {
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
  void readingIsTheWholeFoldWhateverHappened() {
    RandomGenerator random = Seeded.random("JournalStateTest");
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
