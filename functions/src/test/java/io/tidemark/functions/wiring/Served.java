package io.tidemark.functions.wiring;

import io.tidemark.functions.access.Caller;
import io.tidemark.functions.access.KeyHolder;
import io.tidemark.functions.access.RateLimit;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.access.SigningKey;
import io.tidemark.functions.access.Tokens;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.ScanFacts;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.JitteredBackoff;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.StoreCall;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.GuardedObjectStore;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// The functions over a store in memory, and a client of each role.
final class Served implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-21T10:15:30.123Z");
  private static final Description DESCRIPTION = new Description();
  private static final int MANY = 1_000_000;

  final RandomGenerator random = new SplittableRandom(7);
  final InstantSource clock = InstantSource.fixed(NOW);
  final SulkingStore store = new SulkingStore(new MemoryObjectStore(clock));
  private final HttpClient client = HttpClient.newHttpClient();
  private final FunctionsServer server;

  Served() {
    this(new RateLimit(MANY, MANY, System::nanoTime));
  }

  Served(RateLimit rate) {
    this(rate, TrashWindow.USUAL);
  }

  Served(TrashWindow trash) {
    this(new RateLimit(MANY, MANY, System::nanoTime), trash);
  }

  private Served(RateLimit rate, TrashWindow trash) {
    Tokens tokens = Tokens.of(Map.of());
    for (Role role : Role.values()) {
      Caller caller = new Caller(role.text() + "@test", role);
      tokens =
          tokens
              .and(Tokens.single(token(role), caller))
              .and(
                  Tokens.single(
                      new KeyHolder(secretId(role), new SigningKey(token(role)), caller)));
    }
    server =
        FunctionsServer.start(
            new FunctionsServer.Settings(
                FunctionsServer.Settings.LOOPBACK,
                0,
                tokens,
                "functions@test",
                rate,
                clock,
                random,
                trash),
            store);
  }

  static String token(Role role) {
    return "secret-of-the-" + role.name().toLowerCase(Locale.ROOT);
  }

  static String secretId(Role role) {
    return "AKID" + role.text();
  }

  URI uri() {
    return server.uri();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.uri() + path)).timeout(Duration.ofSeconds(30));
  }

  HttpRequest.Builder as(Role role, String path) {
    return request(path).header("Authorization", "Bearer " + token(role));
  }

  /// Every answer has to be what the description says.
  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    HttpRequest built = request.build();
    HttpResponse<String> answer = client.send(built, HttpResponse.BodyHandlers.ofString());
    DESCRIPTION.check(built.method(), built.uri().getRawPath(), answer);
    return answer;
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(as(Role.READER, path).GET());
  }

  /// As an administrator.
  HttpResponse<String> call(String method, String path, String body) throws Exception {
    return send(
        as(Role.ADMINISTRATOR, path)
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body)));
  }

  Repository repository() {
    Backoff once =
        new JitteredBackoff(random, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO);
    return Repository.initialise(
        store,
        new Journal.Writer("test@host", clock, random, new SettledCreate(store, once), once),
        "local");
  }

  /// A repository with one volume and a snapshot of it.
  SnapshotId snapshotOf(String volume, String name) {
    Repository repository = repository();
    return snapshot(repository, volume(repository, volume), name);
  }

  static VolumeId volume(Repository repository, String name) {
    return new Volumes(repository)
        .add(new VolumeName(name), "host", "/" + name + ".img", ChunkSize.DEFAULT)
        .id();
  }

  static SnapshotId snapshot(Repository repository, VolumeId volume, String name) {
    SnapshotSession session = begin(repository, volume, name);
    commit(session, volume);
    return session.snapshot();
  }

  static void commit(SnapshotSession session, VolumeId volume) {
    session.commit(
        new Written.Changed(
            65_536,
            Optional.empty(),
            new Reference(
                new ChunkId(1, 2, 3, 4), new PackId(volume, session.number(), 0), 64, 100)),
        new SnapshotFacts(
            NOW,
            Consistency.IDLE,
            1,
            2,
            3,
            4,
            5,
            6_007,
            Optional.of(
                new ScanFacts.Tracked("dirty bitmap of QEMU", 65_536, 1024, Optional.of(NOW), 3)),
            OptionalLong.empty()));
  }

  static SnapshotSession begin(Repository repository, VolumeId volume, String name) {
    return SnapshotSession.begin(
        repository,
        new NewSnapshot(
            volume, new Label(name, new TreeMap<>(), Optional.empty()), Origin.MANUAL, NOW, "host"),
        _ -> Optional.empty());
  }

  @Override
  public void close() {
    server.close();
    client.close();
  }

  /// Answers nothing while it sulks, and is at fault itself while it is broken.
  static final class SulkingStore extends GuardedObjectStore {
    volatile boolean sulks;
    volatile boolean breaks;

    SulkingStore(MemoryObjectStore store) {
      super(store);
    }

    @Override
    protected void before(StoreCall call) {
      if (breaks) {
        throw new IllegalStateException("secret thought");
      }
      if (sulks) {
        throw new StoreException.Unavailable("some key", "The store does not answer.", null);
      }
    }
  }
}
