package io.tidemark.agent.daemon;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.cache.StateFolder;
import io.tidemark.agent.daemon.configuration.AgentConfiguration;
import io.tidemark.agent.daemon.configuration.LimitSettings;
import io.tidemark.agent.daemon.configuration.ListenerSettings;
import io.tidemark.agent.daemon.configuration.PollingSettings;
import io.tidemark.agent.daemon.configuration.VolumeSetting;
import io.tidemark.agent.daemon.metrics.AgentMetrics;
import io.tidemark.agent.flow.ThisHost;
import io.tidemark.agent.pipeline.Limits;
import io.tidemark.agent.source.SourceAddress;
import io.tidemark.agent.source.Sources;
import io.tidemark.repository.Repository;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.restore.RestoreRequests;
import io.tidemark.repository.restore.RestoreTarget;
import io.tidemark.repository.schedule.AbortSilent;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotRequest;
import io.tidemark.repository.snapshot.SnapshotRequests;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.Bandwidth;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.decorated.ForwardingObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Seeded;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path folder;
  private final RandomGenerator random = Seeded.random("AgentTest");
  private Instant now = Instant.parse("2026-11-21T10:15:30Z");
  private final TroubledStore store = new TroubledStore(new MemoryObjectStore(() -> now));
  private final CountingObjectStore counts = new CountingObjectStore(store);
  private final List<String> warnings = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private final AgentMetrics metrics = new AgentMetrics();
  private final Map<String, Path> pools = new TreeMap<>();
  private final List<VolumeSetting> volumes = new ArrayList<>();
  private final List<Runnable> postponed = new ArrayList<>();
  private Executor threads = Runnable::run;
  private Duration ahead = Duration.ZERO;
  private Repository repository;
  private byte[] content;

  /// A process that dies: nothing of it runs any more.
  private static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  /// May be down, and may be what the process dies over.
  private static final class TroubledStore extends ForwardingObjectStore {
    private boolean down;
    private String deadly = "";
    private String damaged = "none";
    private Consumer<String> beforeGet = _ -> {};

    TroubledStore(MemoryObjectStore inner) {
      super(inner);
    }

    private void ask(String key) {
      if (!deadly.isEmpty() && (deadly.equals("*") || key.contains(deadly))) {
        deadly = "*";
        throw new Death();
      }
      if (key.contains(damaged)) {
        throw new StoreException.Corrupt(key, key + " is damaged.");
      }
      if (down) {
        throw new StoreException.Unavailable(key, "The store is down.", null);
      }
    }

    @Override
    public PutOutcome createIfAbsent(String key, ByteBuffer body) {
      ask("create " + key);
      return super.createIfAbsent(key, body);
    }

    @Override
    public byte[] get(String key) {
      ask(key);
      beforeGet.accept(key);
      return super.get(key);
    }

    @Override
    public byte[] get(String key, ByteRange range) {
      ask(key);
      beforeGet.accept(key);
      return super.get(key, range);
    }

    @Override
    public Listing list(String prefix, String startAfter, int max) {
      ask(prefix);
      return super.list(prefix, startAfter, max);
    }
  }

  @BeforeEach
  void makeRepository() throws Exception {
    Backoff once = () -> () -> false;
    repository =
        Repository.initialise(
            counts,
            new Journal.Writer("test", () -> now, random, new SettledCreate(counts, once), once),
            "us-east-1");
    content = new byte[300_000];
    random.nextBytes(content);
    volume("db1");
  }

  private Path volume(String name) throws Exception {
    Path path = Files.write(folder.resolve(name + ".raw"), content);
    volumes.add(
        new VolumeSetting(
            new VolumeName(name),
            new SourceAddress.FileOrDevice(path),
            Optional.empty(),
            new TreeMap<>(),
            VolumeSetting.WhenInUse.REFUSE));
    return path;
  }

  private Agent agent() {
    return agent(new Bell());
  }

  private Agent agent(Bell bell) {
    AgentConfiguration configuration =
        new AgentConfiguration(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            volumes,
            new TreeMap<>(pools),
            LimitSettings.USUAL,
            PollingSettings.USUAL,
            ListenerSettings.USUAL,
            Duration.ZERO);
    ThisHost host =
        new ThisHost(
            "host-a", new StateFolder(folder.resolve("state")), new Sources(() -> now)::open);
    return new Agent(
        new Surroundings(
            repository,
            host,
            new Bandwidth(OptionalLong.empty(), () -> 0, _ -> {}),
            Limits.sequential(),
            (_, _) -> () -> {},
            () -> now.plus(ahead),
            random,
            thrown -> thrown.getClass().getSimpleName(),
            threads,
            metrics,
            new AgentLog() {
              @Override
              public void info(String line) {
                said.add(line);
              }

              @Override
              public void warn(String line) {
                warnings.add(line);
              }
            }),
        configuration,
        () -> configuration,
        bell);
  }

  private NamedVolume named(String name) {
    return new Volumes(repository).find(name);
  }

  private SnapshotId request(String volume) {
    return new SnapshotRequests(repository)
        .request(
            repository.journal().read().state(),
            new SnapshotRequest(named(volume), Label.NONE, Optional.empty(), MINUTE, Wishes.NONE),
            Optional.empty())
        .id();
  }

  private void requestRestore(SnapshotId snapshot, RestoreTarget target) {
    requestRestore(snapshot, target, MINUTE);
  }

  private void requestRestore(SnapshotId snapshot, RestoreTarget target, Duration howLate) {
    new RestoreRequests(repository)
        .request(
            repository.journal().read().state(),
            new Snapshots(repository).find(snapshot),
            target,
            howLate,
            Optional.empty());
  }

  private RestoreTarget copy(String pool) {
    return new RestoreTarget.NewVolume(new VolumeName("copy"), "host-a", pool);
  }

  private Phase phase(String volume, SnapshotId snapshot) {
    return state(volume).find(snapshot).map(Entry::phase).orElseThrow();
  }

  private VolumeState state(String volume) {
    return repository.journal(named(volume).id()).read().state();
  }

  private String reason(String volume, SnapshotId snapshot) {
    return ((Phase.Failed) phase(volume, snapshot)).reason();
  }

  /// Of the newest `released` in the journal of a volume.
  private String outcome(String volume) {
    var journal = repository.journal(named(volume).id());
    return journal.events(1, journal.newestNumber()).stream()
        .map(Journal.Numbered::event)
        .filter(VolumeEvent.Released.class::isInstance)
        .map(event -> ((VolumeEvent.Released) event).outcome())
        .reduce((_, later) -> later)
        .orElseThrow();
  }

  private SnapshotId make(Agent agent) {
    SnapshotId id = request("db1");
    agent.turn();
    assertThat(phase("db1", id)).isInstanceOf(Phase.Ready.class);
    return id;
  }

  @Test
  void registersTheHostAndItsVolumesOnce() {
    pools.put("fast", folder);
    agent().turn();
    assertThat(new Hosts(repository).find("host-a").pools()).containsExactly("fast");
    assertThat(named("db1").source()).isEqualTo(folder.resolve("db1.raw").toString());
    long events = repository.journal().newestNumber();
    agent().turn();
    assertThat(repository.journal().newestNumber()).isEqualTo(events);
    assertThat(warnings).isEmpty();
  }

  @Test
  void saysWhatDiffersAndChangesNothing() {
    agent().turn();
    VolumeSetting old = volumes.removeFirst();
    volumes.add(
        new VolumeSetting(
            old.name(),
            new SourceAddress.FileOrDevice(Path.of("/elsewhere")),
            Optional.empty(),
            old.tags(),
            old.whenInUse()));
    agent().turn();
    assertThat(warnings).singleElement().asString().contains("db1", "differs", "db1.raw");
    volumes.clear();
    agent().turn();
    assertThat(named("db1").source()).isEqualTo(folder.resolve("db1.raw").toString());
  }

  @Test
  void makesWhatIsAskedFor() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    assertThat(state("db1").find(id).orElseThrow().content().orElseThrow().root().sizeBytes())
        .isEqualTo(content.length);
    assertThat(metrics.text())
        .contains("tidemark_snapshots_total{volume=\"db1\"} 1.0")
        .contains("tidemark_snapshot_read_bytes_total{volume=\"db1\"} 300000.0");
    // The marker is still there, for functions alone take it away.
    agent.turn();
    assertThat(agent.waiting()).isZero();
    assertThat(warnings).isEmpty();
  }

  @Test
  void asksOneThingOnceNothingIsNew() {
    Agent agent = agent();
    agent.turn();
    make(agent);
    agent.turn();
    long before = counts.tally().requests();
    agent.turn();
    assertThat(counts.tally().requests() - before).isEqualTo(1);
  }

  @Test
  void findsWhatWasAskedForWhileNoAgentRan() {
    agent().turn();
    SnapshotId id = request("db1");
    agent().turn();
    assertThat(phase("db1", id)).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void failsWhatComesTooLate() {
    agent().turn();
    SnapshotId id = request("db1");
    now = now.plus(MINUTE).plusSeconds(1);
    agent().turn();
    assertThat(reason("db1", id)).contains("latest allowed");
  }

  @Test
  void failsWhatWaitedTooLongForItsTurn() throws Exception {
    volume("db2");
    volume("db3");
    threads = postponed::add;
    Agent agent = agent();
    agent.turn();
    Map<String, SnapshotId> asked = new TreeMap<>();
    List.of("db1", "db2", "db3").forEach(volume -> asked.put(volume, request(volume)));
    agent.turn();
    assertThat(agent.running()).isEqualTo(2);
    now = now.plus(MINUTE).plusSeconds(1);
    agent.turn();
    List<String> failed =
        asked.keySet().stream()
            .filter(
                volume -> phase(volume, requireNonNull(asked.get(volume))) instanceof Phase.Failed)
            .toList();
    assertThat(failed).hasSize(1);
    assertThat(reason(failed.getFirst(), requireNonNull(asked.get(failed.getFirst()))))
        .contains("latest allowed");
    assertThat(agent.running()).isEqualTo(2);
  }

  @Test
  void tellsWhyAVolumeCannotBeReadAndGoesOnWithOthers() throws Exception {
    Path gone = volume("db2");
    Agent agent = agent();
    agent.turn();
    Files.delete(gone);
    SnapshotId fails = request("db2");
    SnapshotId other = request("db1");
    agent.turn();
    agent.turn();
    assertThat(reason("db2", fails)).contains(gone.toString());
    assertThat(phase("db1", other)).isInstanceOf(Phase.Ready.class);
    assertThat(agent.waiting()).isZero();
    assertThat(metrics.text()).contains("code=\"NotMade\",volume=\"db2\",work=\"snapshot\"");
  }

  @Test
  void restoresToANewVolumeInAPool() throws Exception {
    Path pool = Files.createDirectory(folder.resolve("pool"));
    pools.put("fast", pool);
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    agent.turn();
    assertThat(pool.resolve("copy.raw")).hasBinaryContent(content);
    assertThat(named("copy").source()).isEqualTo(pool.resolve("copy.raw").toString());
    assertThat(state("copy").holds()).isEmpty();
    assertThat(state("db1").holds()).isEmpty();
    assertThat(outcome("db1")).isEqualTo("done");
    // And it is a volume like any other.
    SnapshotId first = request("copy");
    agent.turn();
    assertThat(phase("copy", first)).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void refusesARestoreToAPoolThatItHasNoFolderOf() throws Exception {
    pools.put("fast", folder.resolve("pool"));
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    pools.clear();
    agent().turn();
    assertThat(state("db1").holds()).isEmpty();
    assertThat(outcome("db1")).contains("refused", "pool:fast");
    assertThat(new Volumes(repository).list()).extracting(NamedVolume::name).containsExactly("db1");
  }

  @Test
  void rollsBackInPlace() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    Path image = folder.resolve("db1.raw");
    byte[] changed = content.clone();
    changed[70_000] ^= 1;
    Files.write(image, changed);
    requestRestore(id, new RestoreTarget.InPlace());
    agent.turn();
    assertThat(image).hasBinaryContent(content);
    assertThat(outcome("db1")).isEqualTo("done");
  }

  @Test
  void rollsBackBeforeItMakesWhatWasAskedForLater() throws Exception {
    Agent first = agent();
    first.turn();
    SnapshotId id = make(first);
    Path image = folder.resolve("db1.raw");
    byte[] changed = content.clone();
    changed[70_000] ^= 1;
    Files.write(image, changed);
    requestRestore(id, new RestoreTarget.InPlace(), MINUTE.multipliedBy(2));
    SnapshotId later = request("db1");
    threads = postponed::add;
    Agent agent = agent();
    agent.turn();
    assertThat(postponed).hasSize(1);
    postponed.removeFirst().run();
    assertThat(image).hasBinaryContent(content);
    agent.turn();
    postponed.removeFirst().run();
    assertThat(phase("db1", later)).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void putsOffWhatWaitsForARestoreAndSaysSoOnce() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, new RestoreTarget.InPlace());
    said.clear();
    SnapshotId later = request("db1");
    // Another process has the volume.
    ThisHost other =
        new ThisHost(
            "host-a", new StateFolder(folder.resolve("state")), new Sources(() -> now)::open);
    try (var _ = other.lock(repository, named("db1"))) {
      agent.turn();
      agent.turn();
      agent.turn();
      assertThat(agent.waiting()).isEqualTo(2);
    }
    assertThat(said).filteredOn(line -> line.contains("waits")).hasSize(2);
    agent.turn();
    agent.turn();
    assertThat(outcome("db1")).isEqualTo("done");
    assertThat(phase("db1", later)).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void refusesToRollBackAVolumeInUseAndNamesWhoHasIt() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    Path image = folder.resolve("db1.raw");
    byte[] changed = content.clone();
    changed[70_000] ^= 1;
    Files.write(image, changed);
    requestRestore(id, new RestoreTarget.InPlace());
    try (FileChannel _ = FileChannel.open(image, StandardOpenOption.WRITE)) {
      agent.turn();
    }
    assertThat(image).hasBinaryContent(changed);
    assertThat(outcome("db1"))
        .startsWith("failed: ")
        .contains(Long.toString(ProcessHandle.current().pid()));
    assertThat(state("db1").holds()).isEmpty();
  }

  @Test
  void restoresFromARootThatIsHeldThoughItsSnapshotIsGone() throws Exception {
    Path pool = Files.createDirectory(folder.resolve("pool"));
    pools.put("fast", pool);
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    Snapshots snapshots = new Snapshots(repository);
    Snapshot snapshot = snapshots.find(id);
    snapshots.delete(List.of(snapshot), Snapshots.Deletion.NOW);
    agent.turn();
    assertThat(pool.resolve("copy.raw")).hasBinaryContent(content);
  }

  @Test
  void letsARestorePassThatNobodyBeganInTime() {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, new RestoreTarget.InPlace());
    now = now.plus(MINUTE).plusSeconds(1);
    agent.turn();
    assertThat(outcome("db1")).contains("latest allowed");
  }

  @Test
  void servesOthersBesideAVolumeWhoseJournalIsDamaged() throws Exception {
    volume("db2");
    Agent agent = agent();
    agent.turn();
    request("db2");
    SnapshotId other = request("db1");
    store.damaged = named("db2").id() + "/journal/";
    agent.turn();
    agent.turn();
    assertThat(phase("db1", other)).isInstanceOf(Phase.Ready.class);
    assertThat(warnings).singleElement().asString().contains(named("db2").id().text());
    Agent next = agent();
    next.turn();
    assertThat(next.status().trouble()).isEmpty();
    store.damaged = "none";
    next.turn();
    assertThat(state("db2").entries().values())
        .allSatisfy(entry -> assertThat(entry.phase()).isInstanceOf(Phase.Ready.class));
  }

  @Test
  void goesByTheClockOfTheStoreAlone() {
    ahead = Duration.ofHours(1);
    Agent agent = agent();
    agent.turn();
    make(agent);
  }

  @Test
  void goesOnOnceTheStoreIsBack() {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = request("db1");
    store.down = true;
    agent.turn();
    agent.turn();
    assertThat(agent.status().trouble()).contains("The store is down.");
    assertThat(warnings).hasSize(1);
    store.down = false;
    agent.turn();
    assertThat(agent.status().trouble()).isEmpty();
    assertThat(phase("db1", id)).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void goesOnWithASnapshotThatItsProcessDiedOver() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = request("db1");
    store.deadly = "/packs/";
    agent.turn();
    store.deadly = "";
    assertThat(phase("db1", id)).isInstanceOf(Phase.Creating.class);
    Path pool = Files.createDirectory(folder.resolve("pool"));
    pools.put("fast", pool);
    Agent next = agent();
    next.turn();
    assertThat(phase("db1", id)).isInstanceOf(Phase.Ready.class);
    requestRestore(id, copy("fast"));
    next.turn();
    assertThat(pool.resolve("copy.raw")).hasBinaryContent(content);
  }

  @Test
  void endsASnapshotThatItsProcessDiedOverWhenItIsTooLateForAnother() {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = request("db1");
    store.deadly = "/packs/";
    agent.turn();
    store.deadly = "";
    now = now.plus(MINUTE).plusSeconds(1);
    agent().turn();
    assertThat(reason("db1", id)).contains("died", "too late");
  }

  @Test
  void leavesSessionsOfOthersAlone() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = request("db1");
    store.deadly = "/packs/";
    agent.turn();
    store.deadly = "";
    // Another state folder: nothing says that the process is dead.
    Files.move(folder.resolve("state"), folder.resolve("other"));
    agent().turn();
    assertThat(phase("db1", id)).isInstanceOf(Phase.Creating.class);
  }

  @Test
  void finishesARestoreThatItsProcessDiedOverAtItsEnd() throws Exception {
    Path pool = Files.createDirectory(folder.resolve("pool"));
    pools.put("fast", pool);
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    // Written when the file has its name already.
    store.deadly = "create repository/journal/";
    agent.turn();
    store.deadly = "";
    assertThat(pool.resolve("copy.raw")).exists();
    assertThat(state("db1").holds()).isNotEmpty();
    agent().turn();
    assertThat(pool.resolve("copy.raw")).hasBinaryContent(content);
    assertThat(state("db1").holds()).isEmpty();
    assertThat(named("copy").source()).isEqualTo(pool.resolve("copy.raw").toString());
  }

  @Test
  void leavesNothingOfANewVolumeThatCouldNotBeMade() throws Exception {
    Path pool = folder.resolve("pool");
    pools.put("fast", pool);
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    agent.turn();
    agent.turn();
    assertThat(outcome("db1")).startsWith("failed: ").contains(pool.toString());
    assertThat(new Volumes(repository).list()).extracting(NamedVolume::name).containsExactly("db1");
    // So the same can be asked for again.
    Files.createDirectory(pool);
    requestRestore(id, copy("fast"));
    agent.turn();
    assertThat(pool.resolve("copy.raw")).hasBinaryContent(content);
    assertThat(named("copy").source()).isEqualTo(pool.resolve("copy.raw").toString());
  }

  @Test
  void leavesNothingOfANewVolumeWhoseRestoreNobodyBegan() {
    pools.put("fast", folder);
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    requestRestore(id, copy("fast"));
    AbortSilent silent = new AbortSilent(repository);
    assertThat(silent.run().done()).isEmpty();
    assertThat(named("copy").source()).isEqualTo("pool:fast");
    now = now.plus(MINUTE).plusSeconds(1);
    assertThat(silent.run().done()).hasSize(2);
    assertThat(new Volumes(repository).list()).extracting(NamedVolume::name).containsExactly("db1");
  }

  /// Half of the volume is new by then, so it must not stay so.
  @Test
  void goesOnWithARollbackThatAReaderDisturbed() throws Exception {
    Agent agent = agent();
    agent.turn();
    SnapshotId id = make(agent);
    Path image = folder.resolve("db1.raw");
    byte[] changed = content.clone();
    changed[70_000] ^= 1;
    changed[290_000] ^= 1;
    Files.write(image, changed);
    requestRestore(id, new RestoreTarget.InPlace());
    List<AutoCloseable> readers = new ArrayList<>();
    store.beforeGet =
        key -> {
          if (key.contains("/packs/") && readers.isEmpty()) {
            readers.add(readerOf(image));
          }
        };
    said.clear();
    agent.turn();
    assertThat(readers).hasSize(1);
    assertThat(state("db1").holds()).hasSize(1);
    assertThat(said)
        .filteredOn(line -> line.contains("waits"))
        .singleElement()
        .asString()
        .contains("mixture", "gone on with");
    // Not before a minute has passed, and not while somebody has it open; nor by another agent.
    agent.turn();
    now = now.plus(MINUTE).plusSeconds(1);
    agent.turn();
    agent().turn();
    assertThat(state("db1").holds()).hasSize(1);
    readers.getFirst().close();
    now = now.plus(MINUTE).plusSeconds(1);
    agent.turn();
    assertThat(image).hasBinaryContent(content);
    assertThat(outcome("db1")).isEqualTo("done");
    assertThat(state("db1").holds()).isEmpty();
  }

  /// Another process, for this one's own descriptors disturb nobody.
  private static AutoCloseable readerOf(Path image) {
    try {
      Process reader =
          new ProcessBuilder("sh", "-c", "exec 3<\"$0\"; echo; read _", image.toString()).start();
      reader.getInputStream().read();
      return () -> reader.destroyForcibly().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Does not wait, writes down how long it should have, and ends the agent at last.
  private static final class ScriptedBell extends Bell {
    private final List<Duration> spans = new ArrayList<>();
    private final IntConsumer script;
    private final int turns;
    private boolean ringing;

    /// @param script what happens while the agent waits, by turn
    ScriptedBell(int turns, IntConsumer script) {
      this.turns = turns;
      this.script = script;
    }

    @Override
    void ring() {
      ringing = true;
    }

    @Override
    void await(Duration span) throws InterruptedException {
      if (ringing) {
        ringing = false;
        spans.add(Duration.ZERO);
      } else {
        spans.add(span);
      }
      if (spans.size() == turns) {
        throw new InterruptedException();
      }
      script.accept(spans.size());
      // Rung while somebody waited.
      ringing = false;
    }
  }

  private static void assertAbout(Duration span, long seconds) {
    assertThat(span).isBetween(Duration.ofMillis(750 * seconds), Duration.ofSeconds(seconds));
  }

  @Test
  void looksEverMoreSeldomWhileNothingComes() {
    List<Long> requests = new ArrayList<>();
    ScriptedBell bell = new ScriptedBell(9, _ -> requests.add(counts.tally().requests()));
    agent(bell).run();
    long[] expected = {1, 2, 4, 8, 16, 30, 30, 30, 30};
    for (int i = 0; i < expected.length; i++) {
      assertAbout(bell.spans.get(i), expected[i]);
    }
    // Each look asks one thing.
    for (int i = 1; i < requests.size(); i++) {
      assertThat(requests.get(i) - requests.get(i - 1)).isEqualTo(1);
    }
    assertThat(said).contains("Stopping; nothing is under way.");
  }

  @Test
  void looksOftenAgainOnceSomethingCame() {
    Agent[] agent = new Agent[1];
    ScriptedBell bell =
        new ScriptedBell(
            14,
            turn -> {
              if (turn == 6) {
                SnapshotId _ = request("db1");
              } else if (turn == 11) {
                agent[0].wake();
              }
            });
    agent[0] = agent(bell);
    agent[0].run();
    assertThat(state("db1").entries().values())
        .singleElement()
        .satisfies(entry -> assertThat(entry.phase()).isInstanceOf(Phase.Ready.class));
    assertAbout(bell.spans.get(5), 30);
    // What ended lets it look at once, and then it looks often for a while.
    assertThat(bell.spans.get(6)).isZero();
    assertThat(bell.spans.get(7)).isLessThanOrEqualTo(Duration.ofSeconds(2));
    assertAbout(bell.spans.get(10), 16);
    // A wake-up call as well.
    assertAbout(bell.spans.get(11), 1);
  }

  @Test
  void isInNoHurryWhileSomethingCannotBeServed() throws Exception {
    agent().turn();
    SnapshotId _ = request("db1");
    ThisHost other =
        new ThisHost(
            "host-a", new StateFolder(folder.resolve("state")), new Sources(() -> now)::open);
    // By this host's clock it is late, by the store's it is not.
    ahead = Duration.ofHours(1);
    ScriptedBell bell = new ScriptedBell(9, _ -> {});
    try (var _ = other.lock(repository, named("db1"))) {
      agent(bell).run();
    }
    assertThat(bell.spans).doesNotContain(Duration.ZERO);
    assertAbout(bell.spans.get(7), 30);
    assertAbout(bell.spans.get(8), 30);
  }

  @Test
  void isInNoHurryWhileTheStoreIsDown() {
    ScriptedBell bell =
        new ScriptedBell(
            9,
            turn -> {
              if (turn == 2) {
                store.down = true;
              }
            });
    agent(bell).run();
    assertAbout(bell.spans.get(8), 30);
    assertThat(warnings).singleElement().asString().contains("inbox");
  }
}
