package io.tidemark.repository.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.VolumeBodyCodec;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeFold;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.decorated.Fault;
import io.tidemark.repository.store.decorated.FaultyObjectStore;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class IndexTest {
  private final StepClock clock = new StepClock();
  private final MemoryObjectStore memory = new MemoryObjectStore(clock);
  private final FaultyObjectStore faulty = new FaultyObjectStore(memory);
  private final Repository repository =
      Repository.initialise(
          faulty, Writers.writer(faulty, "tester", clock, new SplittableRandom(1)), "here");
  private final NamedVolume web = volume("web");
  private final IndexReader index = new IndexReader(faulty);

  private NamedVolume volume(String name) {
    return new Volumes(repository)
        .add(new VolumeName(name), "host", "/disk-" + name, ChunkSize.DEFAULT);
  }

  private SnapshotSession begin(NamedVolume volume, String name) {
    clock.advance(Duration.ofSeconds(1));
    Label label = new Label(name, new TreeMap<>(Map.of("v", volume.name())), Optional.empty());
    return SnapshotSession.begin(
        repository,
        new NewSnapshot(volume.id(), label, Origin.MANUAL, clock.instant(), "host"),
        _ -> Optional.empty());
  }

  private Entry commit(SnapshotSession session) {
    return session.commit(
        new Written.Changed(
            0, Optional.empty(), Samples.reference(session.volume(), session.number(), 0)),
        Samples.FACTS);
  }

  private SnapshotId snapshot(NamedVolume volume, String name) {
    return commit(begin(volume, name)).snapshot();
  }

  private List<String> names(SnapshotQuery query) {
    List<String> names = new ArrayList<>();
    Optional<Cursor> cursor = Optional.empty();
    do {
      IndexReader.Page page = index.page(query, cursor, 2);
      page.rows().forEach(row -> names.add(row.entry().label().name()));
      assertThat(page.rows()).hasSizeLessThanOrEqualTo(2);
      cursor = page.next().map(next -> Cursor.parse(next.text()));
    } while (cursor.isPresent());
    return names;
  }

  private static SnapshotQuery query(
      Set<String> states,
      Optional<String> name,
      Map<String, String> tags,
      Optional<Instant> from,
      Optional<Instant> until) {
    return new SnapshotQuery(Optional.empty(), states, name, new TreeMap<>(tags), from, until);
  }

  private void delete(SnapshotId id) {
    Snapshots snapshots = new Snapshots(repository);
    snapshots.delete(List.of(snapshots.find(id)), Snapshots.Deletion.TO_TRASH);
  }

  @Test
  void aListShowsEachSnapshotOnceAsItIsNow() {
    NamedVolume db = volume("db");
    snapshot(web, "a");
    SnapshotId b = snapshot(db, "b");
    snapshot(web, "c");
    SnapshotSession running = begin(db, "d");
    assertThat(names(SnapshotQuery.ALL)).containsExactly("d", "c", "b", "a");
    delete(b);
    running.abort("not wanted");
    assertThat(names(SnapshotQuery.ALL)).containsExactly("c", "a");
    assertThat(
            names(
                query(
                    Set.of("TRASHED"),
                    Optional.empty(),
                    Map.of(),
                    Optional.empty(),
                    Optional.empty())))
        .containsExactly("b");
    Snapshots snapshots = new Snapshots(repository);
    snapshots.undelete(List.of(snapshots.find(b)));
    snapshots.describe(snapshots.find(b), label -> new Label("b2", label.tags(), label.expires()));
    snapshots.hold(snapshots.find(b), "audit");
    assertThat(names(SnapshotQuery.ALL)).containsExactly("c", "b2", "a");
    IndexRow row =
        index.page(SnapshotQuery.ALL, Optional.empty(), 10).rows().stream()
            .filter(shown -> shown.entry().snapshot().equals(b))
            .findFirst()
            .orElseThrow();
    assertThat(row.holds()).hasSize(1);
    assertThat(row.volume()).isEqualTo(db.id());
    VolumeState state = repository.journal(db.id()).read().state();
    assertThat(row.entry()).isEqualTo(state.find(b).orElseThrow());
  }

  @Test
  void keysAloneSayHowManyThereAre() {
    NamedVolume db = volume("db");
    SnapshotId a = snapshot(web, "a");
    SnapshotId b = snapshot(db, "b");
    SnapshotSession running = begin(db, "c");
    delete(a);

    List<IndexReader.RowKey> ready = index.keys(Set.of("READY"));
    assertThat(ready).extracting(IndexReader.RowKey::snapshot).containsExactly(b);
    assertThat(index.row(ready.getFirst()).orElseThrow().entry().label().name()).isEqualTo("b");
    assertThat(index.keys(Set.of("READY", "CREATING")))
        .extracting(IndexReader.RowKey::snapshot)
        .containsExactly(running.snapshot(), b);
  }

  @Test
  void aListIsFiltered() {
    NamedVolume db = volume("db");
    snapshot(web, "a");
    Instant second = clock.instant().plusSeconds(1);
    snapshot(db, "b");
    snapshot(web, "b");
    Instant third = clock.instant();
    snapshot(db, "c");
    Set<String> ready = Set.of("READY");
    Optional<Instant> any = Optional.empty();
    assertThat(names(query(ready, Optional.of("b"), Map.of(), any, any))).containsExactly("b", "b");
    assertThat(names(query(ready, Optional.empty(), Map.of("v", "db"), any, any)))
        .containsExactly("c", "b");
    assertThat(names(query(ready, Optional.empty(), Map.of(), Optional.of(second), any)))
        .containsExactly("c", "b", "b");
    assertThat(names(query(ready, Optional.empty(), Map.of(), any, Optional.of(third))))
        .containsExactly("b", "a");
    assertThat(
            names(
                query(ready, Optional.empty(), Map.of(), Optional.of(second), Optional.of(third))))
        .containsExactly("b");
    assertThat(names(query(Set.of("FAILED"), Optional.empty(), Map.of(), any, any))).isEmpty();
  }

  @Test
  void aCursorOfNobodysIsRefused() {
    assertThatThrownBy(() -> Cursor.parse("../../tidemark.json"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("begin again");
    assertThatThrownBy(() -> Cursor.parse("c25hcA")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void usageCountsReadySnapshotsAndBytesOnceCommitted() {
    SnapshotId first = snapshot(web, "a");
    SnapshotSession second = begin(web, "b");
    assertThat(index.usage(web.id()).snapshots()).isEqualTo(1);
    commit(second);
    long each = Samples.FACTS.storedBytes();
    assertThat(index.usage(web.id())).isEqualTo(new Usage(web.id(), 5, 2, 2 * each, 0, 0));
    delete(first);
    assertThat(index.usage(web.id()).snapshots()).isEqualTo(1);
    assertThat(index.usage(web.id()).bytes()).isEqualTo(2 * each);
    Snapshots snapshots = new Snapshots(repository);
    snapshots.purge(snapshots.find(first), "test");
    // Others may need what it added: only a collection knows.
    assertThat(index.usage(web.id()).bytes()).isEqualTo(2 * each);
    long number = repository.journal(web.id()).read().number();
    new IndexWriter(faulty, repository.writer(), web.id()).count(number, 77);
    assertThat(index.usage(web.id())).isEqualTo(new Usage(web.id(), number, 1, 77, number, 77));
    snapshot(web, "c");
    assertThat(index.usage(web.id()).bytes()).isEqualTo(77 + each);
  }

  @Test
  void theNextWriterOfTheVolumeMakesGoodWhatACrashLeftOut() {
    SnapshotId first = snapshot(web, "a");
    SnapshotId second = snapshot(web, "b");
    Snapshots snapshots = new Snapshots(repository);
    // The process ends between the event and the index.
    Repository silent =
        Repository.open(memory, Writers.writer(memory, "t", clock, new SplittableRandom(3)));
    bare(silent)
        .<VolumeState>append(
            _ ->
                Decision.append(
                    new VolumeEvent.Described(
                        first, new Label("late", new TreeMap<>(), Optional.empty()), More.NONE)));
    assertThat(names(SnapshotQuery.ALL)).containsExactly("b", "a");
    snapshots.delete(List.of(snapshots.find(second)), Snapshots.Deletion.TO_TRASH);
    assertThat(names(SnapshotQuery.ALL)).containsExactly("late");
    assertThat(index.usage(web.id()).number())
        .isEqualTo(repository.journal(web.id()).newestNumber());
  }

  private Journal<VolumeEvent, VolumeState> bare(Repository silent) {
    return new Journal<>(
        memory,
        ObjectKeys.journal(web.id()),
        new VolumeFold(),
        new VolumeBodyCodec(),
        silent.writer());
  }

  @Test
  void aKeyThatMayNotWriteTheIndexStillMakesSnapshots() {
    for (int i = 0; i < 8; i++) {
      faulty.plan(StoreCall.CREATE, "index/", new Fault.Refused());
    }
    SnapshotId id = snapshot(web, "a");
    assertThat(repository.journal(web.id()).read().state().find(id)).isPresent();
    assertThat(memory.list("index/", "", 10).entries()).isEmpty();
  }

  @Test
  void anUnreadableRowHidesOneSnapshot() {
    snapshot(web, "a");
    SnapshotId b = snapshot(web, "b");
    snapshot(web, "c");
    Listing.Entry row =
        memory.list(ObjectKeys.CREATED, "", 100).entries().stream()
            .filter(entry -> entry.key().contains(b.text()) && entry.key().endsWith("READY"))
            .findFirst()
            .orElseThrow();
    memory.delete(List.of(row.key()));
    memory.createIfAbsent(row.key(), ByteBuffer.wrap(new byte[] {'{'}));
    assertThat(names(SnapshotQuery.ALL)).containsExactly("c", "a");
  }

  @Test
  void usageKeysOfNobodysArePassedOver() {
    String folder = ObjectKeys.usage(web.id());
    memory.createIfAbsent(folder + "0-what-is-this-1", ByteBuffer.allocate(0));
    memory.createIfAbsent(folder + ObjectKeys.descending(9) + "-1-x-0-0", ByteBuffer.allocate(0));
    assertThat(index.usage(web.id())).isEqualTo(Usage.none(web.id()));
  }
}
