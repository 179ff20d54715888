package io.tidemark.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.index.Cursor;
import io.tidemark.repository.index.SnapshotQuery;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SnapshotPagesTest {
  private final StepClock clock = new StepClock();
  private final MemoryObjectStore memory = new MemoryObjectStore(clock);
  private final Repository repository =
      Repository.initialise(
          memory, Writers.writer(memory, "f", clock, new SplittableRandom(1)), "here");
  private final NamedVolume web = volume("web");
  private final NamedVolume db = volume("db");

  private NamedVolume volume(String name) {
    return new Volumes(repository)
        .add(new VolumeName(name), "alpha", "/" + name, ChunkSize.DEFAULT);
  }

  private void begin(NamedVolume volume, String name) {
    SnapshotSession _ =
        SnapshotSession.begin(
            repository,
            new NewSnapshot(
                volume.id(),
                new Label(name, new TreeMap<>(), Optional.empty()),
                Origin.MANUAL,
                clock.instant(),
                "alpha"),
            SnapshotSession.ParentChoice.newest());
  }

  private List<String> names(Optional<VolumeId> volume) {
    SnapshotQuery query =
        new SnapshotQuery(
            volume,
            SnapshotQuery.LIVE,
            Optional.empty(),
            new TreeMap<>(),
            Optional.empty(),
            Optional.empty());
    RepositoryState state = repository.journal().read().state();
    List<String> names = new ArrayList<>();
    Optional<Cursor> cursor = Optional.empty();
    do {
      SnapshotPages.Page page = new SnapshotPages(repository).page(state, query, cursor, 2);
      page.snapshots().forEach(snapshot -> names.add(snapshot.entry().label().name()));
      cursor = page.next();
    } while (cursor.isPresent());
    return names;
  }

  @Test
  void oneVolumeAndAllAreListedInTheSameOrder() {
    for (int i = 0; i < 7; i++) {
      // Some are asked for in the same moment.
      clock.advance(Duration.ofSeconds(i % 2));
      begin(i % 3 == 0 ? db : web, "s" + i);
    }
    List<String> all = names(Optional.empty());
    assertThat(all).hasSize(7).doesNotHaveDuplicates();
    List<String> ofWeb = names(Optional.of(web.id()));
    assertThat(ofWeb).containsExactlyInAnyOrder("s1", "s2", "s4", "s5");
    List<String> among = new ArrayList<>(all);
    among.retainAll(ofWeb);
    assertThat(ofWeb).isEqualTo(among);
  }

  @Test
  void aVolumeThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> names(Optional.of(new VolumeId("vol-00000000000000001"))))
        .isInstanceOf(Refused.class);
  }

  @Test
  void aPageIsBounded() {
    RepositoryState state = repository.journal().read().state();
    for (int limit : List.of(0, -1, 1001)) {
      assertThatThrownBy(
              () ->
                  new SnapshotPages(repository)
                      .page(state, SnapshotQuery.ALL, Optional.empty(), limit))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
