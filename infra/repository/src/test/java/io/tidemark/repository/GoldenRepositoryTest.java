package io.tidemark.repository;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.check.CheckReport;
import io.tidemark.repository.check.RepositoryCheck;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.collect.CollectionRun;
import io.tidemark.repository.collect.Upkeep;
import io.tidemark.repository.format.More;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.EventCodec;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Samples;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.journal.volume.VolumeBodyCodec;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.probe.Probe;
import io.tidemark.repository.probe.Verdict;
import io.tidemark.repository.probe.Verdicts;
import io.tidemark.repository.session.Beat;
import io.tidemark.repository.session.Beats;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotFilter;
import io.tidemark.repository.snapshot.SnapshotSelector;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.BucketFacts;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Image;
import io.tidemark.repository.testing.SmallRepository;
import io.tidemark.repository.testing.StepClock;
import io.tidemark.repository.testing.TinyAgent;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A whole repository as format 1 wrote it, every kind of object in it, frozen under
/// `golden/format-1/repository/`: writing must reproduce it byte for byte, and it must be readable,
/// restorable and collectable for ever. CONTRIBUTING.md says when a golden repository is made anew:
/// that of a format that is out, never. `-Dtidemark.freeze=DIR` writes this one to a folder.
class GoldenRepositoryTest {
  private static final String GOLDEN = "/golden/format-1/repository";

  private static final Image FIRST =
      SmallRepository.image("first", 70, Map.of(0L, 1, 1L, 3, 64L, 2, 69L, 6));
  private static final Image SECOND =
      SmallRepository.image("second", 4097, Map.of(0L, 1, 1L, 5, 64L, 2, 4096L, 3));
  private static final Image THIRD =
      new Image("third", 9 * 4096 + 77, new TreeMap<>(Map.of(0L, 1, 1L, 5, 9L, 6)));
  private static final Image NOTHING = Image.empty("nothing");
  private static final Map<String, Image> IMAGES =
      Map.of("first", FIRST, "second", SECOND, "same", SECOND, "third", THIRD, "nothing", NOTHING);

  /// Writes the repository with the product's own code; chance and time are the scenario's.
  private static final class Scenario {
    final StepClock clock = new StepClock();
    final MemoryObjectStore store = new MemoryObjectStore(clock);
    final Repository repository =
        Repository.initialise(
            store,
            Writers.writer(store, "golden@host", clock, new SplittableRandom(20_260_101)),
            "eu-central-1");
    final Snapshots snapshots = new Snapshots(repository);
    final Volumes volumes = new Volumes(repository);

    Scenario() {
      Verdict verdict =
          new Probe(
                  store,
                  new BucketFacts("golden", BucketFacts.Versioning.OFF),
                  () -> () -> false,
                  new SplittableRandom(3))
              .run(_ -> {});
      assertThat(verdict.refusal()).isEmpty();
      VolumeId disk = add("disk", Image.CHUNK_SIZE).id();
      VolumeId target = add("target", ChunkSize.DEFAULT).id();
      volumes.remove(add("gone", Image.CHUNK_SIZE));
      try (TinyAgent agent = new TinyAgent(repository, TinyAgent.Habit.PLAIN)) {
        writeDisk(agent, disk);
        writeTarget(disk, target);
        writeLargeState(add("many", Image.CHUNK_SIZE).id());
        collect(agent);
      }
    }

    private NamedVolume add(String name, ChunkSize chunkSize) {
      pass(Duration.ofMinutes(1));
      return volumes.add(new VolumeName(name), "host-1", "/srv/" + name + ".img", chunkSize);
    }

    private void pass(Duration span) {
      clock.advance(span);
    }

    private void append(VolumeId volume, VolumeEvent event) {
      repository.journal(volume).<VolumeState>append(_ -> Decision.append(event));
    }

    private SnapshotFacts facts(Consistency consistency) {
      return new SnapshotFacts(clock.instant().minusMillis(1500), consistency, 7, 6, 5, 4, 3, 2);
    }

    private Entry create(TinyAgent agent, VolumeId volume, Image image, Consistency consistency) {
      SnapshotSession session = agent.begin(volume, image, SnapshotSession.ParentChoice.newest());
      pass(Duration.ofMillis(1234));
      session.beat(new Beat(clock.instant(), image.sizeBytes(), 1, 2, 3));
      return session.commit(agent.write(session, image), facts(consistency));
    }

    /// Every phase an entry can be in, every kind of event, a hold of a person and one of a reader.
    private void writeDisk(TinyAgent agent, VolumeId disk) {
      create(agent, disk, NOTHING, Consistency.IDLE);
      Entry first = create(agent, disk, FIRST, Consistency.IDLE);
      Entry second = create(agent, disk, SECOND, Consistency.LIVE);
      create(
          agent, disk, new Image("same", SECOND.sizeBytes(), SECOND.contents()), Consistency.CRASH);
      Entry third = create(agent, disk, THIRD, Consistency.FILESYSTEM);
      Snapshot shown = snapshots.find(first.snapshot());
      snapshots.describe(
          shown,
          label ->
              new Label(
                  label.name(),
                  new TreeMap<>(Map.of("owner", "Zoë", "", "\"\\\n")),
                  Optional.of(Instant.parse("2027-01-01T00:00:00Z"))));
      snapshots.hold(shown, "audit");
      append(
          disk,
          new VolumeEvent.Held(
              second.snapshot(),
              second.root().orElseThrow(),
              Hold.Kind.READER,
              "reader@host",
              "reading",
              Optional.empty(),
              More.NONE));
      long reading = repository.journal(disk).newestNumber();
      new Beats(repository, disk, reading).write(new Beat(clock.instant(), 9, 8, 0, 7));
      Snapshot trashed = snapshots.find(third.snapshot());
      snapshots.delete(List.of(trashed), Snapshots.Deletion.TO_TRASH);
      snapshots.undelete(List.of(snapshots.find(third.snapshot())));
      snapshots.delete(List.of(snapshots.find(third.snapshot())), Snapshots.Deletion.TO_TRASH);
      SnapshotSession failed = agent.begin(disk, FIRST, _ -> Optional.empty());
      agent.write(failed, FIRST);
      failed.fail("the disk was pulled");
      Entry removed = create(agent, disk, FIRST, Consistency.IDLE);
      snapshots.delete(List.of(snapshots.find(removed.snapshot())), Snapshots.Deletion.NOW);
      append(disk, Samples.requested(new SnapshotId("snap-0123456789abcdef0")));
      SnapshotSession running = agent.begin(disk, THIRD, SnapshotSession.ParentChoice.newest());
      agent.write(running, THIRD);
      running.beat(new Beat(clock.instant(), 1, 1, 1, 1));
    }

    /// A restore from another volume, with other chunks.
    private void writeTarget(VolumeId disk, VolumeId target) {
      Snapshot restored =
          snapshots.find(new SnapshotSelector.ByName(volumes.find(disk.text()).name(), "second"));
      append(
          target,
          new VolumeEvent.Held(
              restored.entry().snapshot(),
              restored.entry().root().orElseThrow(),
              Hold.Kind.RESTORE,
              "golden@host",
              "restore to /srv/target.img on host-1",
              Optional.of(
                  new Hold.Restore(
                      "host-1",
                      "/srv/target.img",
                      Optional.of(clock.instant().plusSeconds(3600)),
                      Optional.empty())),
              More.NONE));
      append(target, new VolumeEvent.Released(2, "done", More.NONE));
    }

    /// A state above 64 KiB: it rides in some events, and the others say since which.
    private void writeLargeState(VolumeId many) {
      SnapshotId large = new SnapshotId("snap-00000000000000abc");
      append(many, Samples.requested(large));
      append(
          many,
          new VolumeEvent.Described(
              large,
              new Label(
                  "", new TreeMap<>(Map.of("note", "all work ".repeat(9000))), Optional.empty()),
              More.NONE));
      for (int i = 0; i < 20; i++) {
        append(many, Samples.requested(new SnapshotId("snap-" + "%017x".formatted(i))));
      }
    }

    private void collect(TinyAgent agent) {
      Upkeep upkeep = new Upkeep(repository, Upkeep.TRASH_WINDOW, _ -> false);
      CollectionRun run = new CollectionRun(repository, agent.nodes(), upkeep);
      for (NamedVolume volume : volumes.listWithClosed()) {
        CollectionRun.Result result = run.run(volume);
        assertThat(result.failure()).isEmpty();
      }
    }
  }

  private static NavigableMap<String, byte[]> objects(MemoryObjectStore store) {
    NavigableMap<String, byte[]> objects = new TreeMap<>();
    String after = "";
    Listing listing;
    do {
      listing = store.list("", after, 1000);
      for (Listing.Entry entry : listing.entries()) {
        after = entry.key();
        objects.put(entry.key(), store.get(entry.key()));
      }
    } while (listing.truncated());
    return objects;
  }

  private static NavigableMap<String, byte[]> frozen() throws IOException {
    Path folder;
    try {
      folder =
          Path.of(requireNonNull(GoldenRepositoryTest.class.getResource(GOLDEN), GOLDEN).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    NavigableMap<String, byte[]> objects = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(Files::isRegularFile)
          .forEach(
              file -> {
                try {
                  objects.put(
                      folder.relativize(file).toString().replace('\\', '/'),
                      Files.readAllBytes(file));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return objects;
  }

  /// The frozen repository in a store of its own, as old as this moment.
  private static MemoryObjectStore thawed(StepClock clock) throws IOException {
    MemoryObjectStore store = new MemoryObjectStore(clock);
    frozen().forEach((key, bytes) -> store.createIfAbsent(key, ByteBuffer.wrap(bytes)));
    return store;
  }

  private static Repository open(MemoryObjectStore store, StepClock clock) {
    return Repository.open(store, Writers.writer(store, "later", clock, new SplittableRandom(99)));
  }

  @Test
  void writesWhatItAlwaysWrote() throws IOException {
    NavigableMap<String, byte[]> written = objects(new Scenario().store);
    String folder = System.getProperty("tidemark.freeze");
    if (folder != null) {
      for (Map.Entry<String, byte[]> object : written.entrySet()) {
        Path file = Path.of(folder, object.getKey());
        Files.createDirectories(requireNonNull(file.getParent()));
        Files.write(file, object.getValue());
      }
    }
    NavigableMap<String, byte[]> golden = frozen();
    assertThat(written.keySet()).isEqualTo(golden.keySet());
    written.forEach((key, bytes) -> assertThat(bytes).as(key).isEqualTo(golden.get(key)));
  }

  @Test
  void hasEveryKindOfObject() throws IOException {
    List<String> kinds =
        frozen().keySet().stream()
            .map(key -> key.replaceAll("vol-[0-9a-f]+", "V").replaceAll("/[0-9]{8,}.*", "/N"))
            .map(key -> key.replaceAll("snap-[0-9a-f]+", "P"))
            .distinct()
            .sorted()
            .toList();
    assertThat(kinds)
        .containsExactly(
            "index/created/N",
            "index/usage/V/N",
            "probes/N",
            "repository/journal/N",
            "snapshots/P",
            "tidemark.json",
            "volumes/V/audits/N",
            "volumes/V/beats/N",
            "volumes/V/journal/N",
            "volumes/V/packs/N");
  }

  /// Stored as they are and compressed, with a state in them and without.
  @Test
  void hasEventsOfEveryForm() throws Exception {
    EventCodec<VolumeEvent, VolumeState> codec = new EventCodec<>(new VolumeBodyCodec());
    Set<String> forms = new TreeSet<>();
    for (Map.Entry<String, byte[]> object : frozen().entrySet()) {
      if (object.getKey().startsWith(ObjectKeys.VOLUMES) && object.getKey().contains("/journal/")) {
        boolean plain = object.getValue()[0] == '{';
        boolean riding = codec.decode(object.getValue()).state().isPresent();
        forms.add((plain ? "plain" : "zstd") + (riding ? " state" : " since"));
      }
    }
    assertThat(forms).containsExactly("plain since", "plain state", "zstd since", "zstd state");
  }

  @Test
  void restoresWhatIsFrozen() throws IOException {
    StepClock clock = new StepClock();
    MemoryObjectStore store = thawed(clock);
    Repository repository = open(store, clock);
    Snapshots snapshots = new Snapshots(repository);
    assertThat(new Verdicts(store).newest().orElseThrow().server()).isEqualTo("golden");
    assertThat(new Volumes(repository).list().stream().map(NamedVolume::name))
        .containsExactly("disk", "target", "many");
    List<Snapshot> live = snapshots.list(Optional.of("disk"), SnapshotFilter.LIVE).snapshots();
    assertThat(live.stream().map(snapshot -> snapshot.entry().phase().word()))
        .containsOnly("READY", "CREATING", "REQUESTED", "FAILED");
    List<Snapshot> all = new ArrayList<>(live);
    all.addAll(snapshots.list(Optional.of("disk"), SnapshotFilter.TRASH).snapshots());
    List<String> restored = new ArrayList<>();
    for (Snapshot snapshot : all) {
      Optional<Root> root = snapshot.entry().content().map(Phase.Content::root);
      if (root.isPresent()) {
        String name = snapshot.entry().label().name();
        assertThat(requireNonNull(IMAGES.get(name)).differs(store, root.get())).isEmpty();
        restored.add(name);
      }
    }
    assertThat(restored).containsExactlyInAnyOrder("nothing", "first", "second", "same", "third");
    Snapshot first = snapshots.find(new SnapshotSelector.ByName("disk", "first"));
    assertThat(first.entry().label().tags()).containsEntry("owner", "Zoë");
    assertThat(first.entry().label().expires()).contains(Instant.parse("2027-01-01T00:00:00Z"));
    assertThat(first.holds()).hasSize(1);
    Snapshot second = snapshots.find(new SnapshotSelector.ByName("disk", "second"));
    long reading = second.holds().getFirst().number();
    assertThat(
            new Beats(repository, second.volume().id(), reading).read().orElseThrow().readBytes())
        .isEqualTo(8);
  }

  @Test
  void checksWhatIsFrozen() throws IOException {
    StepClock clock = new StepClock();
    Repository repository = open(thawed(clock), clock);
    try (TinyAgent agent = new TinyAgent(repository, TinyAgent.Habit.PLAIN)) {
      CheckReport report = new RepositoryCheck(repository, agent.nodes(), _ -> {}).run();
      assertThat(report.problems()).isEmpty();
      assertThat(report.volumes()).isEqualTo(3);
    }
  }

  @Test
  void goesOnFromWhatIsFrozenAndCollectsIt() throws IOException {
    StepClock clock = new StepClock();
    MemoryObjectStore store = thawed(clock);
    Repository repository = open(store, clock);
    Snapshots snapshots = new Snapshots(repository);
    VolumeId disk = new Volumes(repository).find("disk").id();
    try (TinyAgent agent = new TinyAgent(repository, TinyAgent.Habit.PLAIN)) {
      Entry next = agent.create(disk, FIRST, SnapshotSession.ParentChoice.newest());
      assertThat(FIRST.differs(store, next.root().orElseThrow())).isEmpty();
      // Sessions and readers fall silent, and the trash has had its time.
      clock.advance(Upkeep.TRASH_WINDOW.plusHours(1));
      collect(repository, agent);
      assertThat(FIRST.differs(store, next.root().orElseThrow())).isEmpty();
      VolumeState state = repository.journal(disk).read().state();
      for (Hold hold : state.holds().values()) {
        snapshots.release(disk, hold.number(), "at the end");
      }
      for (Entry entry : state.entries().values()) {
        if (entry.phase() instanceof Phase.Ready) {
          snapshots.delete(List.of(snapshots.find(entry.snapshot())), Snapshots.Deletion.NOW);
        }
      }
      collect(repository, agent);
    }
    assertThat(store.list(ObjectKeys.packs(disk), "", 1).entries()).isEmpty();
    assertThat(store.list(ObjectKeys.beats(disk), "", 1).entries()).isEmpty();
  }

  private static void collect(Repository repository, TinyAgent agent) {
    Upkeep upkeep = new Upkeep(repository, Upkeep.TRASH_WINDOW, _ -> false);
    CollectionRun run = new CollectionRun(repository, agent.nodes(), upkeep);
    for (NamedVolume volume : new Volumes(repository).listWithClosed()) {
      CollectionRun.Result result = run.run(volume);
      assertThat(result.failure()).isEmpty();
      assertThat(result.collection().orElseThrow().failures()).isEmpty();
      assertThat(result.collection().orElseThrow().plan().unreadable()).isEmpty();
    }
  }
}
