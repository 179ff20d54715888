package io.tidemark.repository.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.Repository;
import io.tidemark.repository.check.CheckReport;
import io.tidemark.repository.check.RepositoryCheck;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.store.decorated.Tally;
import io.tidemark.repository.testing.SmallRepository;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CollectorTest {
  private final SmallRepository bench = new SmallRepository();

  @AfterEach
  void close() {
    bench.close();
  }

  private Collector collector() {
    return new Collector(bench.repository, bench.agent.nodes());
  }

  /// A restore from `disk` to a volume of other chunks.
  private VolumeId restoreElsewhere(Entry entry) {
    VolumeId target =
        new Volumes(bench.repository)
            .add(new VolumeName("target"), "host", "/target.img", ChunkSize.DEFAULT)
            .id();
    bench
        .repository
        .journal(target)
        .<VolumeState>append(
            _ ->
                Decision.append(
                    new VolumeEvent.Held(
                        entry.snapshot(),
                        entry.root().orElseThrow(),
                        Hold.Kind.RESTORE,
                        "somebody",
                        "restore to /target.img",
                        Optional.of(
                            new Hold.Restore(
                                "host", "/target.img", Optional.empty(), Optional.empty())),
                        More.NONE)));
    return target;
  }

  @Test
  void aRootOfAnotherVolumeIsCheckedWithThatVolumesChunkSize() {
    Entry first = bench.create(SmallRepository.image("first", 70, Map.of(0L, 1, 69L, 3)));
    Entry second = bench.create(SmallRepository.image("second", 70, Map.of(0L, 2, 69L, 3)));
    VolumeId target = restoreElsewhere(second);
    Collector.Planned planned = collector().plan(target);
    assertThat(planned.plan().unreadable()).isEmpty();
    assertThat(planned.checkedLists()).containsExactly(second.root().orElseThrow().packList().id());
    assertThat(collector().plan(bench.volume).checkedLists())
        .contains(first.root().orElseThrow().packList().id());
  }

  private List<String> audits() {
    return bench.keys(ObjectKeys.audits(bench.volume));
  }

  @Test
  void aListIsCheckedOnceEvenIfNothingIsCondemned() {
    Entry first = bench.create(SmallRepository.image("first", 70, Map.of(0L, 1, 69L, 3)));
    Collector.Planned planned = collector().plan(bench.volume);
    assertThat(planned.plan().keys()).isEmpty();
    assertThat(planned.newlyChecked()).containsExactly(first.root().orElseThrow().packList().id());
    assertThat(planned.requests()).isEqualTo(1);
    Collection done = collector().apply(planned);
    assertThat(done.requests()).isEqualTo(1);
    assertThat(audits()).hasSize(1);

    planned = collector().plan(bench.volume);
    assertThat(planned.newlyChecked()).isEmpty();
    assertThat(planned.checkedLists()).containsExactly(first.root().orElseThrow().packList().id());
    assertThat(planned.requests()).isZero();
    collector().apply(planned);
    assertThat(audits()).hasSize(1);
  }

  @Test
  void whatDoesNothingAndLearnsNothingWritesNothing() {
    collector().apply(collector().plan(bench.volume));
    assertThat(audits()).isEmpty();
  }

  @Test
  void itsRequestsAreThoseThatItMakes() {
    CountingObjectStore counting = new CountingObjectStore(bench.memory);
    Repository counted =
        Repository.open(
            counting, Writers.writer(counting, "counted", bench.clock, new SplittableRandom(3)));
    Entry entry = bench.create(SmallRepository.image("first", 70, Map.of(0L, 1, 69L, 3)));
    new Snapshots(bench.repository)
        .delete(
            List.of(new Snapshots(bench.repository).find(entry.snapshot())),
            Snapshots.Deletion.NOW);
    Collector collector = new Collector(counted, bench.agent.nodes());
    Collector.Planned planned = collector.plan(bench.volume);
    Tally before = auditsAndDeletes(counting);
    Collection done = collector.apply(planned);
    assertThat(done.requests())
        .isEqualTo(planned.requests())
        .isEqualTo((int) auditsAndDeletes(counting).minus(before).requests())
        .isEqualTo(2);
    assertThat(bench.packs()).isEmpty();
  }

  private static Tally auditsAndDeletes(CountingObjectStore counting) {
    return counting
        .tally(StoreCall.CREATE, "volumes/audits")
        .plus(counting.tally(StoreCall.DELETE));
  }

  @Test
  void theCheckKnowsAForeignRootsChunkSize() {
    bench.create(SmallRepository.image("first", 70, Map.of(0L, 1, 69L, 3)));
    restoreElsewhere(bench.create(SmallRepository.image("second", 70, Map.of(0L, 2, 69L, 3))));
    CheckReport report = new RepositoryCheck(bench.repository, bench.agent.nodes(), _ -> {}).run();
    assertThat(report.problems()).isEmpty();
  }
}
