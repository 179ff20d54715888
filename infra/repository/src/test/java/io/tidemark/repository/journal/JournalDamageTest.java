package io.tidemark.repository.journal;

import static io.tidemark.repository.journal.volume.Samples.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.testing.Seeded;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Events that are void, strange, damaged or gone.
class JournalDamageTest extends JournalBench {
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
    RandomGenerator random = Seeded.random("JournalDamageTest");
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
}
