package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.functions.access.BearerToken;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.SnapshotFacts;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.pack.PackId;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.session.NewSnapshot;
import io.tidemark.repository.session.SnapshotSession;
import io.tidemark.repository.session.Written;
import io.tidemark.repository.snapshot.SnapshotSelector;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.JitteredBackoff;
import io.tidemark.repository.store.Listing;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.decorated.ForwardingObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Asks the functions over HTTP, as their callers do.
class FunctionsServerTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final Instant NOW = Instant.parse("2026-11-21T10:15:30.123Z");

  private final RandomGenerator random = new SplittableRandom(7);
  private final InstantSource clock = InstantSource.fixed(NOW);
  private final SulkingStore store = new SulkingStore(new MemoryObjectStore(clock));
  private final HttpClient client = HttpClient.newHttpClient();
  private FunctionsServer server;

  @BeforeEach
  void start() {
    server =
        FunctionsServer.start(
            new FunctionsServer.Settings(
                0, new BearerToken(TOKEN), "functions@test", clock, random),
            store);
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void answersHealthWithoutATokenAndWithoutAskingTheStore() throws Exception {
    store.sulks = true;

    HttpResponse<String> answer = send(request("/health").GET());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"status\":\"up\"}");
  }

  @Test
  void listensOnTheLoopbackAddressAlone() {
    assertThat(server.uri().getHost()).isEqualTo("127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "Bearer",
    "Bearer 0123456789abcdef0123456789abcdeF",
    "Basic 0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef"
  })
  void answersNobodyWithoutTheToken(String authorization) throws Exception {
    store.sulks = true;
    for (String path : List.of("/snapshot-list", "/snapshot-delete", "/no-such-function")) {
      HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString("{}"));
      if (!authorization.isEmpty()) {
        request.header("Authorization", authorization);
      }

      HttpResponse<String> answer = send(request.header("Content-Type", "application/json"));

      assertProblem(answer, 401, "UNAUTHORIZED");
      assertThat(answer.headers().firstValue("WWW-Authenticate"))
          .hasValue("Bearer realm=\"tidemark\"");
      assertThat(answer.body()).doesNotContain(TOKEN);
    }
  }

  @Test
  void showsASnapshotWithTheMembersOfTheCommand() throws Exception {
    Repository repository = repository();
    VolumeId volume = volume(repository, "web");
    SnapshotId snapshot = snapshot(repository, volume, "first");

    HttpResponse<String> answer = post("/snapshot-show", "{\"snapshot\":\"web@first\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"id\":\""
                + snapshot
                + "\",\"volume\":\"web\",\"volumeId\":\""
                + volume
                + "\",\"name\":\"first\",\"state\":\"READY\",\"origin\":\"manual\","
                + "\"requestedAt\":\"2026-11-21T10:15:30.123Z\","
                + "\"instantAt\":\"2026-11-21T10:15:30.123Z\","
                + "\"committedAt\":\"2026-11-21T10:15:30.123Z\",\"sizeBytes\":65536,"
                + "\"readBytes\":1,\"changedBytes\":2,\"sentBytes\":3,\"storedBytes\":4,"
                + "\"requests\":5,\"parent\":null,\"consistency\":\"idle\",\"seconds\":6.007,"
                + "\"tags\":{},\"expires\":null,\"holds\":[],\"reason\":null}");
  }

  @Test
  void listsNewestFirstAPageAtATimeThoughSnapshotsComeAndGo() throws Exception {
    Repository repository = repository();
    VolumeId volume = volume(repository, "web");
    List<SnapshotId> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(snapshot(repository, volume, "s" + i));
    }

    String first = post("/snapshot-list", "{\"volume\":\"web\",\"limit\":2}").body();
    List<String> shown = new ArrayList<>(ids(first));
    delete(repository, shown.getLast());
    SnapshotId late = snapshot(repository, volume, "late");
    String page = first;
    while (next(page).isPresent()) {
      page = post("/snapshot-list", "{\"limit\":2,\"cursor\":\"" + next(page).get() + "\"}").body();
      shown.addAll(ids(page));
    }

    // All have the same time here, so that ids alone decide the order; the late one may or may not
    // come behind the first page.
    assertThat(shown.stream().filter(id -> !id.equals(late.text())))
        .containsExactlyElementsOf(
            made.stream().map(SnapshotId::text).sorted(Comparator.reverseOrder()).toList());
  }

  @Test
  void deletesToTheTrashAndPastIt() throws Exception {
    Repository repository = repository();
    VolumeId volume = volume(repository, "web");
    SnapshotId trashed = snapshot(repository, volume, "one");
    SnapshotId purged = snapshot(repository, volume, "two");

    HttpResponse<String> toTrash =
        post("/snapshot-delete", "{\"snapshots\":[\"" + trashed + "\",\"web@one\"]}");
    HttpResponse<String> now =
        post("/snapshot-delete", "{\"snapshots\":[\"" + purged + "\"],\"now\":true}");

    assertThat(ids(toTrash.body())).containsExactly(trashed.text());
    assertThat(ids(now.body())).containsExactly(purged.text());
    assertThat(ids(post("/snapshot-list", "{}").body())).isEmpty();
    assertThat(ids(post("/snapshot-list", "{\"trash\":true}").body()))
        .containsExactly(trashed.text());
  }

  @Test
  void deletesNothingWhenOneOfSeveralIsHeldOrUnknown() throws Exception {
    Repository repository = repository();
    VolumeId volume = volume(repository, "web");
    SnapshotId free = snapshot(repository, volume, "free");
    SnapshotId held = snapshot(repository, volume, "held");
    Snapshots snapshots = new Snapshots(repository);
    snapshots.hold(snapshots.find(held), "audit");

    assertProblem(
        post("/snapshot-delete", "{\"snapshots\":[\"" + free + "\",\"" + held + "\"]}"),
        409,
        "HELD");
    assertProblem(
        post(
            "/snapshot-delete",
            "{\"snapshots\":[\"" + free + "\",\"snap-fffffffffffffffff\"],\"now\":true}"),
        404,
        "UNKNOWN_SNAPSHOT");

    assertThat(ids(post("/snapshot-list", "{}").body()))
        .containsExactlyInAnyOrder(free.text(), held.text());
  }

  @Test
  void listsTheSoundVolumesBesideADamagedOne() throws Exception {
    Repository repository = repository();
    SnapshotId sound = snapshot(repository, volume(repository, "web"), "sound");
    VolumeId other = volume(repository, "other");
    snapshot(repository, other, "lost");
    String newest = store.list("volumes/" + other + "/journal/", "", 1).entries().getFirst().key();
    store.delete(List.of(newest));
    store.createIfAbsent(newest, ByteBuffer.wrap(new byte[] {1, 2, 3}));

    HttpResponse<String> answer = post("/snapshot-list", "{}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(ids(answer.body())).containsExactly(sound.text());
    assertThat(answer.body())
        .contains("\"unreadable\":[{\"volume\":\"other\",\"volumeId\":\"" + other + "\"")
        .contains("\"key\":\"" + newest + "\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/snapshot-show|{\"snapshot\":\"snap-00000000000000000\"}|404|UNKNOWN_SNAPSHOT",
        "/snapshot-show|{\"snapshot\":\"web@none\"}|404|UNKNOWN_SNAPSHOT",
        "/snapshot-show|{\"snapshot\":\"nowhere@latest\"}|404|UNKNOWN_VOLUME",
        "/snapshot-show|{\"snapshot\":\"no id\"}|400|BAD_REQUEST",
        "/snapshot-show|{}|400|BAD_REQUEST",
        "/snapshot-show||400|BAD_REQUEST",
        "/snapshot-show|null|400|BAD_REQUEST",
        "/snapshot-show|[1|400|BAD_REQUEST",
        "/snapshot-list|{\"volume\":\"nowhere\"}|404|UNKNOWN_VOLUME",
        "/snapshot-list|{\"limit\":0}|400|BAD_REQUEST",
        "/snapshot-list|{\"limit\":1001}|400|BAD_REQUEST",
        "/snapshot-list|{\"limit\":\"many\"}|400|BAD_REQUEST",
        "/snapshot-list|{\"cursor\":\"AAAA\"}|400|BAD_REQUEST",
        "/snapshot-list|{\"volum\":\"web\"}|400|BAD_REQUEST",
        "/snapshot-delete|{\"snapshots\":[]}|400|BAD_REQUEST",
        "/snapshot-delete|{\"snapshots\":[null]}|400|BAD_REQUEST",
        "/snapshot-delete|{\"snapshots\":\"web@latest\",\"n\":1}|400|BAD_REQUEST",
        "/no-such-function|{}|404|NOT_FOUND",
        "/health|{}|405|METHOD_NOT_ALLOWED",
      })
  void answersBadInputWithAProblem(String path, String body, int status, String code)
      throws Exception {
    volume(repository(), "web");

    assertProblem(post(path, body == null ? "" : body), status, code);
  }

  @Test
  void saysWhatIsWrongWithABodyAndNotWithItself() throws Exception {
    assertThat(post("/snapshot-list", "{\"volum\":\"web\"}").body())
        .contains("\"detail\":\"The body does not fit: Unknown property [volum]");
    assertThat(post("/snapshot-list", "[1").body()).doesNotContain("StreamReadFeature", "\\n");
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    repository();

    assertProblem(
        post("/snapshot-show", "{\"snapshot\":\"" + "a".repeat(100_000) + "\"}"),
        413,
        "REQUEST_ENTITY_TOO_LARGE");
  }

  @Test
  void saysThatThereIsNoRepositoryYetAndFindsItOnceItIsThere() throws Exception {
    assertProblem(post("/snapshot-list", "{}"), 503, "NO_REPOSITORY");

    repository();

    assertThat(post("/snapshot-list", "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void tellsAFailingStoreFromAFaultOfItsOwn() throws Exception {
    repository();
    store.sulks = true;
    assertProblem(post("/snapshot-list", "{}"), 503, "STORE_UNAVAILABLE");

    store.sulks = false;
    store.breaks = true;
    HttpResponse<String> broken = post("/snapshot-list", "{}");
    assertProblem(broken, 500, "INTERNAL");
    assertThat(broken.body()).doesNotContain("secret thought", "Exception", "\tat ");
  }

  private Repository repository() {
    Backoff once =
        new JitteredBackoff(random, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO);
    return Repository.initialise(
        store,
        new Journal.Writer("test@host", clock, random, new SettledCreate(store, once), once),
        "local");
  }

  private static VolumeId volume(Repository repository, String name) {
    return new Volumes(repository)
        .add(new VolumeName(name), "host", "/" + name + ".img", ChunkSize.DEFAULT)
        .id();
  }

  private static SnapshotId snapshot(Repository repository, VolumeId volume, String name) {
    SnapshotSession session =
        SnapshotSession.begin(
            repository,
            new NewSnapshot(
                volume,
                new Label(name, new TreeMap<>(), Optional.empty()),
                Origin.MANUAL,
                NOW,
                "host"),
            _ -> Optional.empty());
    session.commit(
        new Written.Changed(
            65_536,
            Optional.empty(),
            new Reference(
                new ChunkId(1, 2, 3, 4), new PackId(volume, session.number(), 0), 64, 100)),
        new SnapshotFacts(NOW, Consistency.IDLE, 1, 2, 3, 4, 5, 6_007));
    return session.snapshot();
  }

  private static void delete(Repository repository, String id) {
    Snapshots snapshots = new Snapshots(repository);
    snapshots.delete(
        List.of(snapshots.find(SnapshotSelector.parse(id))), Snapshots.Deletion.TO_TRASH);
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        request(path)
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.uri().resolve(path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body())
        .contains("\"type\":\"about:blank\"", "\"title\":\"", "\"detail\":\"")
        .contains("\"status\":" + status)
        .contains("\"code\":\"" + code + "\"");
  }

  private static List<String> ids(String body) {
    return Pattern.compile("\"id\":\"([^\"]+)\"")
        .matcher(body)
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  private static Optional<String> next(String body) {
    return Pattern.compile("\"next\":\"([^\"]+)\"")
        .matcher(body)
        .results()
        .map(result -> result.group(1))
        .findFirst();
  }

  /// Answers nothing, or with a fault of its own, when told to.
  private static final class SulkingStore extends ForwardingObjectStore {
    private volatile boolean sulks;
    private volatile boolean breaks;

    SulkingStore(MemoryObjectStore store) {
      super(store);
    }

    private void answer(String key) {
      if (sulks) {
        throw new StoreException.Unavailable(key, "The store does not answer.", null);
      }
      if (breaks) {
        throw new IllegalStateException("secret thought");
      }
    }

    @Override
    public byte[] get(String key) {
      answer(key);
      return super.get(key);
    }

    @Override
    public byte[] get(String key, ByteRange range) {
      answer(key);
      return super.get(key, range);
    }

    @Override
    public Listing list(String prefix, String startAfter, int max) {
      answer(prefix);
      return super.list(prefix, startAfter, max);
    }
  }
}
