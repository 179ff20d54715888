package io.tidemark.repository.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.testing.SmallRepository;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpkeepTest {
  private final SmallRepository bench = new SmallRepository();
  private final Upkeep upkeep = new Upkeep(bench.repository, Upkeep.TRASH_WINDOW, _ -> false);

  @AfterEach
  void close() {
    bench.close();
  }

  private Hold hold() {
    Entry entry = bench.create(SmallRepository.image("first", 2, Map.of(0L, 1)));
    bench
        .repository
        .journal(bench.volume)
        .<VolumeState>append(
            _ ->
                Decision.append(
                    new VolumeEvent.Held(
                        entry.snapshot(),
                        entry.root().orElseThrow(),
                        Hold.Kind.RESTORE,
                        "somebody",
                        "restore to /disk.img",
                        Optional.of(
                            new Hold.Restore(
                                "host",
                                "/disk.img",
                                Optional.of(bench.clock.instant().plusSeconds(60)),
                                Optional.empty())),
                        More.NONE)));
    return bench.state().holds().firstEntry().getValue();
  }

  @Test
  void aRestoreThatHasBegunIsNotOverWhenItMightNotBeginAnyMore() {
    Hold hold = hold();
    // Not even a beat that nobody can read says that it has not begun.
    bench.memory.createIfAbsent(
        ObjectKeys.beat(bench.volume, hold.number(), 1), ByteBuffer.wrap(new byte[] {1}));
    bench.clock.advance(Duration.ofMinutes(5));
    assertThat(upkeep.plan(bench.volume)).isEmpty();
    bench.clock.advance(Beats.SILENCE);
    assertThat(upkeep.plan(bench.volume)).hasSize(1);
  }

  @Test
  void aRestoreThatDidNotBeginInTimeIsOver() {
    Hold hold = hold();
    assertThat(upkeep.plan(bench.volume)).isEmpty();
    bench.clock.advance(Duration.ofMinutes(2));
    List<Upkeep.Due> due = upkeep.plan(bench.volume);
    assertThat(due).hasSize(1);
    upkeep.apply(due);
    assertThat(bench.state().holds()).doesNotContainKey(hold.number());
  }
}
