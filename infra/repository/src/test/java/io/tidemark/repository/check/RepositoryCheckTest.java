package io.tidemark.repository.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.testing.SmallRepository;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RepositoryCheckTest {
  private final SmallRepository bench = new SmallRepository();
  private final Entry entry = bench.create(SmallRepository.image("s", 2, Map.of(0L, 1)));
  private final String reservation = ObjectKeys.snapshot(entry.snapshot());

  @AfterEach
  void close() {
    bench.close();
  }

  private CheckReport check() {
    return new RepositoryCheck(bench.repository, bench.agent.nodes(), _ -> {}).run();
  }

  private void assertReservationIsReported() {
    CheckReport report = check();
    assertThat(report.problems()).hasSize(1);
    Problem problem = report.problems().getFirst();
    assertThat(problem.key()).isEqualTo(reservation);
    assertThat(problem.volume()).isEqualTo("disk");
    assertThat(problem.snapshots()).containsExactly(entry.snapshot());
    assertThat(problem.description()).contains("copy of the bucket", "still restores");
    assertThat(report.hasDamage()).isFalse();
  }

  @Test
  void reportsReservationsThatAreEmptyFlippedOrMissing() {
    assertThat(check().problems()).isEmpty();
    byte[] sound = bench.memory.get(reservation);
    bench.replace(reservation, _ -> new byte[0]);
    assertReservationIsReported();
    bench.replace(
        reservation,
        _ -> {
          byte[] flipped = sound.clone();
          flipped[0] ^= 1;
          return flipped;
        });
    assertReservationIsReported();
    bench.memory.delete(List.of(reservation));
    assertReservationIsReported();
  }

  @Test
  void reportsAPackThatIsCutBehindItsPackList() {
    PackId pack = entry.root().orElseThrow().packList().pack();
    bench.replace(pack.key(), bytes -> Arrays.copyOf(bytes, bytes.length - 5));
    CheckReport report = check();
    assertThat(report.hasDamage()).isTrue();
    assertThat(report.problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.key()).isEqualTo(pack.key());
              assertThat(problem.snapshots()).containsExactly(entry.snapshot());
              assertThat(problem.description()).contains("does not end as a pack");
            });
  }
}
