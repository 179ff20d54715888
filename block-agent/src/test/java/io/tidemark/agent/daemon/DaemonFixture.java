package io.tidemark.agent.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.cache.StateFolder;
import io.tidemark.agent.daemon.configuration.AgentConfiguration;
import io.tidemark.agent.daemon.configuration.LimitSettings;
import io.tidemark.agent.daemon.configuration.ListenerSettings;
import io.tidemark.agent.daemon.configuration.PollingSettings;
import io.tidemark.agent.daemon.configuration.VolumeSetting;
import io.tidemark.agent.daemon.metrics.AgentMetrics;
import io.tidemark.agent.flow.FullScans;
import io.tidemark.agent.flow.ThisHost;
import io.tidemark.agent.pipeline.Limits;
import io.tidemark.agent.quiesce.QuiesceStep;
import io.tidemark.agent.source.SourceAddress;
import io.tidemark.agent.source.Sources;
import io.tidemark.repository.Repository;
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
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A host with the volume `db1`, an agent's surroundings that a test turns worse, and what
/// functions would ask of it.
abstract class DaemonFixture {
  static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path folder;
  final RandomGenerator random = Seeded.random("DaemonFixture");
  Instant now = Instant.parse("2026-11-21T10:15:30Z");
  final TroubledStore store = new TroubledStore(new MemoryObjectStore(() -> now));
  final CountingObjectStore counts = new CountingObjectStore(store);
  final List<String> warnings = new ArrayList<>();
  final List<String> said = new ArrayList<>();
  final AgentMetrics metrics = new AgentMetrics();
  final Map<String, Path> pools = new TreeMap<>();
  final List<VolumeSetting> volumes = new ArrayList<>();
  final SequencedMap<String, QuiesceStep> steps = new LinkedHashMap<>();
  final List<Runnable> postponed = new ArrayList<>();
  Executor threads = Runnable::run;
  Duration ahead = Duration.ZERO;
  Repository repository;
  byte[] content;

  /// A process that dies: nothing of it runs any more.
  static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  /// May be down, and may be what the process dies over.
  static final class TroubledStore extends ForwardingObjectStore {
    boolean down;
    String deadly = "";
    String damaged = "none";
    Consumer<String> beforeGet = _ -> {};

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

  Path volume(String name) throws Exception {
    Path path = Files.write(folder.resolve(name + ".raw"), content);
    volumes.add(
        new VolumeSetting(
            new VolumeName(name),
            new SourceAddress.FileOrDevice(path),
            Optional.empty(),
            new TreeMap<>(),
            VolumeSetting.WhenInUse.REFUSE,
            FullScans.usual(),
            Optional.empty()));
    return path;
  }

  Agent agent() {
    return agent(new Bell());
  }

  Agent agent(Bell bell) {
    AgentConfiguration configuration =
        new AgentConfiguration(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            volumes,
            steps,
            new TreeMap<>(pools),
            LimitSettings.USUAL,
            PollingSettings.USUAL,
            ListenerSettings.USUAL,
            Duration.ZERO);
    return new Agent(
        new Surroundings(
            repository,
            host(),
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

  /// The host, as any of its processes sees it.
  ThisHost host() {
    return new ThisHost(
        "host-a", new StateFolder(folder.resolve("state")), new Sources(() -> now)::open);
  }

  /// One that dies as soon as it asks the store for what has `deadly` in its key.
  void turnAndDieOver(String deadly, Agent agent) {
    store.deadly = deadly;
    agent.turn();
    store.deadly = "";
  }

  /// The folder of the pool `fast`.
  Path pool() throws IOException {
    Path pool = Files.createDirectory(folder.resolve("pool"));
    pools.put("fast", pool);
    return pool;
  }

  NamedVolume named(String name) {
    return new Volumes(repository).find(name);
  }

  SnapshotId request(String volume) {
    return new SnapshotRequests(repository)
        .request(
            repository.journal().read().state(),
            new SnapshotRequest(named(volume), Label.NONE, Optional.empty(), MINUTE, Wishes.NONE),
            Optional.empty())
        .id();
  }

  void requestRestore(SnapshotId snapshot, RestoreTarget target) {
    requestRestore(snapshot, target, MINUTE);
  }

  void requestRestore(SnapshotId snapshot, RestoreTarget target, Duration howLate) {
    new RestoreRequests(repository)
        .request(
            repository.journal().read().state(),
            new Snapshots(repository).find(snapshot),
            target,
            howLate,
            Optional.empty());
  }

  RestoreTarget copy(String pool) {
    return new RestoreTarget.NewVolume(new VolumeName("copy"), "host-a", pool);
  }

  Phase phase(String volume, SnapshotId snapshot) {
    return state(volume).find(snapshot).map(Entry::phase).orElseThrow();
  }

  VolumeState state(String volume) {
    return repository.journal(named(volume).id()).read().state();
  }

  String reason(String volume, SnapshotId snapshot) {
    return ((Phase.Failed) phase(volume, snapshot)).reason();
  }

  /// Of the newest `released` in the journal of a volume.
  String outcome(String volume) {
    var journal = repository.journal(named(volume).id());
    return journal.events(1, journal.newestNumber()).stream()
        .map(Journal.Numbered::event)
        .filter(VolumeEvent.Released.class::isInstance)
        .map(event -> ((VolumeEvent.Released) event).outcome())
        .reduce((_, later) -> later)
        .orElseThrow();
  }

  SnapshotId make(Agent agent) {
    SnapshotId id = request("db1");
    agent.turn();
    assertThat(phase("db1", id)).isInstanceOf(Phase.Ready.class);
    return id;
  }
}
