package io.tidemark.repository.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.testing.SmallRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrashWindowTest {
  private final SmallRepository bench = new SmallRepository();

  @AfterEach
  void close() {
    bench.close();
  }

  @ParameterizedTest
  @CsvSource({"'',PT24H", "0h,PT0S", "30m,PT30M", "36h,PT36H", "7 d,PT168H", "3650d,PT87600H"})
  void isASpanOfTime(String text, Duration span) {
    assertThat(TrashWindow.of(Map.of(TrashWindow.VARIABLE, text)).span()).isEqualTo(span);
    assertThat(TrashWindow.of(Map.of())).isEqualTo(TrashWindow.USUAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"24", "-1h", "1w", "h", "3651d", "999999h", "1h 30m", "forever"})
  void isNothingElse(String text) {
    assertThatThrownBy(() -> TrashWindow.of(Map.of(TrashWindow.VARIABLE, text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(TrashWindow.VARIABLE, text);
  }

  @Test
  void endsWhenACollectionPurges() {
    Entry made = bench.create(SmallRepository.image("first", 2, Map.of(0L, 1)));
    Snapshots snapshots = new Snapshots(bench.repository);
    TrashWindow window = new TrashWindow(Duration.ofHours(2));
    assertThat(window.end(bench.repository, bench.volume, made)).isEmpty();
    bench.clock.advance(Duration.ofHours(5));
    snapshots.delete(List.of(snapshots.find(made.snapshot())), Snapshots.Deletion.TO_TRASH);
    Entry trashed = bench.state().find(made.snapshot()).orElseThrow();
    assertThat(trashed.phase()).isInstanceOf(Phase.Trashed.class);
    Instant end = window.end(bench.repository, bench.volume, trashed).orElseThrow();
    Upkeep upkeep = new Upkeep(bench.repository, window.span(), _ -> false);

    bench.clock.advance(Duration.between(bench.clock.instant(), end).minusSeconds(1));
    assertThat(upkeep.plan(bench.volume)).isEmpty();
    bench.clock.advance(Duration.ofSeconds(1));
    assertThat(upkeep.plan(bench.volume)).hasSize(1);
  }
}
