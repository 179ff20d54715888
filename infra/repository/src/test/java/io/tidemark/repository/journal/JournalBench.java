package io.tidemark.repository.journal;

import static io.tidemark.repository.journal.volume.Samples.VOLUME;
import static io.tidemark.repository.journal.volume.Samples.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.More;
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
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.decorated.FaultyObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.Writers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// A journal of a volume over a store in memory, and hands that write into it as anybody might.
abstract class JournalBench {
  static final String FOLDER = ObjectKeys.journal(VOLUME);

  final StepClock clock = new StepClock();
  final MemoryObjectStore memory = new MemoryObjectStore(clock);
  final FaultyObjectStore faulty = new FaultyObjectStore(memory);
  final CountingObjectStore counting = new CountingObjectStore(faulty);
  final EventCodec<VolumeEvent, VolumeState> codec = new EventCodec<>(new VolumeBodyCodec());
  final Journal<VolumeEvent, VolumeState> journal = journal("tester", 1);

  Journal<VolumeEvent, VolumeState> journal(String actor, long seed) {
    return new Journal<>(
        counting,
        FOLDER,
        new VolumeFold(),
        new VolumeBodyCodec(),
        Writers.writer(counting, actor, clock, new SplittableRandom(seed)));
  }

  static String key(long number) {
    return FOLDER + ObjectKeys.descending(number);
  }

  long append(VolumeEvent event) {
    return append(journal, event);
  }

  static long append(Journal<VolumeEvent, VolumeState> to, VolumeEvent event) {
    Appended<VolumeState, String> appended = to.append(_ -> Decision.append(event));
    return ((Appended.Event<VolumeState, String>) appended).number();
  }

  /// Writes an event as somebody else might: whatever its state and its link.
  void write(
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

  void write(long number, String previous, VolumeEvent event, VolumeState after) {
    write(number, previous, event, after, _ -> {});
  }

  /// The bytes of a state say as much as the state, and a failed comparison of their hashes fits on
  /// a screen.
  String digest(VolumeState state) {
    return EventCodec.hash(codec.encodeState(state));
  }

  String hash(long number) {
    return EventCodec.hash(memory.get(key(number)));
  }

  void replace(long number, UnaryOperator<byte[]> change) {
    byte[] bytes = memory.get(key(number));
    memory.delete(List.of(key(number)));
    memory.createIfAbsent(key(number), ByteBuffer.wrap(change.apply(bytes)));
  }

  /// Every event folded from the first, without a disagreement.
  VolumeState folded(long... ignored) {
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
  void makeLarge() {
    append(Samples.opened());
    append(large(snapshot(2)));
    do {
      append(Samples.requested(snapshot((int) journal.newestNumber() + 1)));
    } while (decoded(journal.newestNumber()).since().map(since -> since.events().size()).orElse(0)
        < 3);
  }

  static VolumeEvent large(SnapshotId snapshot) {
    Label label =
        new Label("", new TreeMap<>(Map.of("text", "x".repeat(70_000))), Optional.empty());
    return new VolumeEvent.Requested(
        snapshot, label, Origin.MANUAL, Optional.empty(), "host", Optional.empty(), More.NONE);
  }

  Envelope<VolumeEvent, VolumeState> decoded(long number) {
    try {
      return codec.decode(memory.get(key(number)));
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }
}
