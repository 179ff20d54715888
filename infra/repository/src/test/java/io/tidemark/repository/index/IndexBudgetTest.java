package io.tidemark.repository.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.EventHeader;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.Since;
import io.tidemark.repository.journal.Transition;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeFold;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What lists and changes cost in requests, `tidemark.json` and the look-up of names not counted.
class IndexBudgetTest {
  private static final int VOLUMES = 1000;
  private static final int SNAPSHOTS_A_VOLUME = 100;

  private final StepClock clock = new StepClock();
  private final MemoryObjectStore memory = new MemoryObjectStore(clock);

  private long seed = 1;

  private Repository open(ObjectStore store) {
    return Repository.open(
        store, Writers.writer(store, "tester", clock, new SplittableRandom(++seed)));
  }

  private Repository initialise() {
    return Repository.initialise(
        memory, Writers.writer(memory, "tester", clock, new SplittableRandom(1)), "here");
  }

  /// The production writer of one volume's index, told of events that the production fold makes.
  private final class IndexedVolume {
    private final VolumeId id;
    private final IndexWriter writer;
    private VolumeState state = VolumeState.EMPTY;
    private long number;

    IndexedVolume(Repository repository, int index) {
      id = new VolumeId(String.format(Locale.ROOT, "vol-%017x", index));
      writer = new IndexWriter(repository.store(), repository.writer(), id);
      apply(new VolumeEvent.Opened(id, "v" + index, Samples.CHUNK_SIZE, More.NONE));
    }

    void apply(VolumeEvent event) {
      Reading<VolumeEvent, VolumeState> before =
          new Reading<>(
              number, "", state, new Since<>(0, "", List.of()), clock.instant(), clock.instant());
      number++;
      EventHeader header =
          new EventHeader(
              number,
              "",
              new CommitId(number, 1),
              clock.instant(),
              "tester",
              "",
              EventHeader.Critical.YES);
      state =
          switch (new VolumeFold().apply(state, header, event)) {
            case Transition.Legal<VolumeState>(VolumeState next) -> next;
            case Transition.Illegal<VolumeState>(String reason) -> throw new AssertionError(reason);
          };
      writer.appended(before, number, event, state);
    }

    void snapshot(int serial) {
      SnapshotId snapshot = Samples.snapshot(serial);
      Token token = Samples.token(serial);
      Label label = new Label("s" + serial, new TreeMap<>(), Optional.empty());
      apply(
          new VolumeEvent.Begun(
              snapshot,
              label,
              Origin.MANUAL,
              clock.instant(),
              "host",
              token,
              Optional.empty(),
              More.NONE));
      apply(
          new VolumeEvent.Committed(
              snapshot,
              number,
              token,
              0,
              Optional.empty(),
              Samples.reference(id, number, 0),
              0,
              Samples.FACTS,
              More.NONE));
    }
  }

  @Test
  void theNewestTwentyOfAHundredThousandCostThirtyRequestsAtMost() {
    Repository repository = initialise();
    List<IndexedVolume> volumes = new ArrayList<>();
    for (int i = 0; i < VOLUMES; i++) {
      volumes.add(new IndexedVolume(repository, i));
    }
    int serial = 0;
    for (int round = 0; round < SNAPSHOTS_A_VOLUME; round++) {
      for (IndexedVolume volume : volumes) {
        clock.advance(Duration.ofSeconds(1));
        volume.snapshot(serial++);
      }
    }
    CountingObjectStore cold = new CountingObjectStore(memory);
    IndexReader.Page page = new IndexReader(cold).page(SnapshotQuery.ALL, Optional.empty(), 20);
    assertThat(cold.tally().requests()).isLessThanOrEqualTo(30);
    assertThat(page.rows().stream().map(row -> row.entry().snapshot()))
        .containsExactlyElementsOf(newest(serial - 1, 20));
    assertThat(page.rows()).allMatch(row -> row.entry().phase() instanceof Phase.Ready);

    // The pages that follow go on without a gap, and totals come from keys alone.
    IndexReader.Page second = new IndexReader(cold).page(SnapshotQuery.ALL, page.next(), 20);
    assertThat(second.rows().stream().map(row -> row.entry().snapshot()))
        .containsExactlyElementsOf(newest(serial - 21, 20));
    Map<VolumeId, Usage> usages = new HashMap<>(new IndexReader(cold).usages());
    assertThat(usages).hasSize(VOLUMES);
    assertThat(usages.values().stream().mapToLong(Usage::snapshots).sum()).isEqualTo(serial);
    assertThat(usages.values().stream().mapToLong(Usage::bytes).sum())
        .isEqualTo(serial * Samples.FACTS.storedBytes());
  }

  private static List<SnapshotId> newest(int from, int count) {
    List<SnapshotId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(Samples.snapshot(from - i));
    }
    return ids;
  }

  /// A repository with one volume whose state is too large to ride in every event.
  private NamedVolume largeVolume(Repository repository) {
    NamedVolume volume =
        new Volumes(repository).add(new VolumeName("web"), "host", "/disk", ChunkSize.DEFAULT);
    for (int i = 0; i < 120; i++) {
      snapshot(repository, volume);
    }
    return volume;
  }

  private Entry snapshot(Repository repository, NamedVolume volume) {
    clock.advance(Duration.ofSeconds(1));
    SnapshotSession session = begin(repository, volume);
    Written written =
        session.parent().isPresent()
            ? new Written.Unchanged()
            : new Written.Changed(
                0, Optional.empty(), Samples.reference(volume.id(), session.number(), 0));
    return session.commit(written, Samples.FACTS);
  }

  private SnapshotSession begin(Repository repository, NamedVolume volume) {
    Instant now = repository.writer().clock().instant();
    return SnapshotSession.begin(
        repository,
        new NewSnapshot(volume.id(), Label.NONE, Origin.MANUAL, now, "host"),
        SnapshotSession.ParentChoice.newest());
  }

  @Test
  void changesOfALargeVolumeKeepToTheirBudgets() {
    NamedVolume volume = largeVolume(initialise());
    // Wherever in the run of sixteen events the state may ride.
    for (int i = 0; i < 16; i++) {
      CountingObjectStore counting = new CountingObjectStore(memory);
      Repository cold = open(counting);
      cold.journal().read();
      long before = counting.tally().requests();
      Entry entry = snapshot(cold, volume);
      assertThat(counting.tally().requests() - before).as("create").isLessThanOrEqualTo(14);

      counting = new CountingObjectStore(memory);
      cold = open(counting);
      Snapshots snapshots = new Snapshots(cold);
      before = lookUp(counting, cold);
      Snapshot described = snapshots.find(entry.snapshot());
      assertThat(counting.tally().requests() - before - nameRequests)
          .as("describe")
          .isLessThanOrEqualTo(5);
      snapshots.delete(List.of(described), Snapshots.Deletion.TO_TRASH);
      assertThat(counting.tally().requests() - before - nameRequests)
          .as("delete")
          .isLessThanOrEqualTo(9);
      if (i % 3 == 0) {
        cold.journal(volume.id())
            .<VolumeState>append(
                _ -> Decision.append(new VolumeEvent.Removed(entry.snapshot(), "test", More.NONE)));
      }
    }
    assertThat(new IndexReader(memory).usage(volume.id()).snapshots()).isEqualTo(120);
  }

  private long nameRequests;

  /// What looking up names costs, once.
  private long lookUp(CountingObjectStore counting, Repository cold) {
    long before = counting.tally().requests();
    cold.journal().read();
    nameRequests = counting.tally().requests() - before;
    return counting.tally().requests();
  }
}
