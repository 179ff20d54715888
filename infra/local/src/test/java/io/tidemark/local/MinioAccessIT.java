package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.repository.Repository;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.key.ObjectKeys;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.restore.RestoreTarget;
import io.tidemark.repository.schedule.IndexSweep;
import io.tidemark.repository.snapshot.RequestedSnapshot;
import io.tidemark.repository.snapshot.SnapshotRequest;
import io.tidemark.repository.snapshot.SnapshotRequests;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.DeleteOutcome;
import io.tidemark.repository.store.KeyWalk;
import io.tidemark.repository.store.PutOutcome;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.store.s3.MinioProcess;
import io.tidemark.repository.store.s3.S3Credentials;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.testing.Seeded;
import io.tidemark.repository.testing.Writers;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What each role's store key, with the policy in `policies/`, may do, and what it may not.
class MinioAccessIT {
  private static final Path POLICIES = Path.of("policies");
  private static final Duration LONG = Duration.ofMinutes(30);
  private static final String PREFIX = "prefix";

  @TempDir private static Path minioFolder;
  private static MinioProcess minio;

  @TempDir Path folder;

  private final RandomGenerator random = Seeded.random("MinioAccessIT");
  private final String bucket = "bucket-" + random.nextInt(100_000);
  private Cli owner;
  private Path image;

  @BeforeAll
  static void startMinio() throws Exception {
    minio = MinioProcess.start(minioFolder.resolve("minio"));
  }

  @AfterAll
  static void stopMinio() {
    minio.close();
  }

  @BeforeEach
  void makeARepository() throws Exception {
    minio.createBucket(bucket);
    owner = as(minio.credentials(), "owner");
    owner.initialise();
    image = Images.random(folder.resolve("disk.img"), 3_000_000, random);
    owner.json("volume", "add", "disk", image.toString());
    owner.json("snapshot", "create", "disk", "--name", "first");
  }

  @Test
  void letsAnAgentMakeAndRestoreSnapshots() throws Exception {
    owner.json("repository", "probe");
    Cli agent = as(key("agent"), "agent");
    Path other = Images.random(folder.resolve("other.img"), 2_000_000, random);

    agent.json("volume", "add", "other", other.toString());
    agent.json("snapshot", "create", "other", "--name", "one");
    Images.overwrite(other, 500_000, 100_000, random);
    agent.json("snapshot", "create", "other", "--name", "two");

    assertThat(agent.json("snapshot", "list", "other").findValuesAsString("state"))
        .containsExactly("READY", "READY");
    Path restored = folder.resolve("restored.img");
    agent.json("snapshot", "restore", "other@two", "--to", restored.toString());
    assertThat(Files.mismatch(other, restored)).isEqualTo(-1);
    agent.json("snapshot", "verify", "other@one");
    agent.json("snapshot", "diff", "other@one", "other@two");
    agent.json("snapshot", "delete", "other@one");
    agent.json("snapshot", "undelete", "other@one");
    agent.json("repository", "check");
  }

  @Test
  void letsAnAgentServeWhatFunctionsAskFor() throws Exception {
    owner.json("repository", "probe");
    Path served = Images.random(folder.resolve("served.img"), 2_000_000, random);
    Path pool = Files.createDirectory(folder.resolve("pool"));
    Path configuration =
        AgentFile.write(folder, Map.of("served", served), AgentFile.pool(pool), AgentFile.EAGER);
    try (Requester functions =
            new Requester(as(key("functions"), "functions").variables(), random);
        AgentProcess agent =
            AgentProcess.start(as(key("agent"), "agent").variables(), configuration)) {
      Running.await(() -> functions.knows("served"));
      SnapshotId made = functions.snapshot("served", LONG);
      Running.await(() -> functions.phase("served", made) instanceof Phase.Ready);
      functions.restore(
          made, new RestoreTarget.NewVolume(new VolumeName("copy"), "host-a", "fast"), LONG);
      Running.await(() -> !functions.outcomes("served").isEmpty());

      assertThat(functions.outcomes("served")).as(agent.said()).containsExactly("done");
      assertThat(Files.mismatch(served, Path.of(functions.source("copy")))).isEqualTo(-1);
      assertThat(agent.stop()).as(agent.said()).isZero();
    }
  }

  @Test
  void letsAnAgentReadTheVerdictOfAProbeAndMakeNone() throws Exception {
    owner.json("repository", "probe");
    S3Credentials key = key("agent");
    Cli agent = as(key, "agent");

    agent.failure(1, "STORE_DENIED", "repository", "probe");
    agent.json("snapshot", "create", "disk");
    try (S3ObjectStore store = open(minio.credentials())) {
      assertThat(store.delete(keys(store, ObjectKeys.PROBES)))
          .allMatch(DeleteOutcome.Deleted.class::isInstance);
    }

    Cli.Outcome refused = agent.failure(3, "STORE_UNFIT", "snapshot", "create", "disk");
    assertThat(refused.message()).contains("right to delete", "tidemark repository probe");
  }

  @Test
  void letsAnAgentDestroyNothing() throws Exception {
    try (S3ObjectStore all = open(minio.credentials());
        S3ObjectStore agent = open(key("agent"))) {
      List<String> everything = keys(all, "");
      assertThat(everything)
          .anyMatch(key -> key.contains("/packs/"))
          .anyMatch(key -> key.contains("/journal/"));

      for (String key : everything) {
        assertDeleteIsDenied(agent, key);
      }
      assertThat(keys(all, "")).isEqualTo(everything);
    }
  }

  @Test
  void letsAnAgentWriteWhereItsWorkIsAndNowhereElse() throws Exception {
    try (S3ObjectStore agent = open(key("agent"))) {
      for (String key :
          List.of(
              "repository/journal/x",
              "volumes/vol-x/packs/x",
              "snapshots/x",
              "index/created/x",
              "requests/x",
              "hosts/host-own/inbox/x")) {
        assertThat(put(agent, key)).as(key).isEqualTo(PutOutcome.CREATED);
        assertThat(put(agent, key)).as(key).isEqualTo(PutOutcome.ALREADY_EXISTS);
      }
      for (String key :
          List.of(
              "tidemark2.json",
              "repository/other",
              "probes/x",
              "keys/x",
              "hosts/host-other/inbox/x",
              "elsewhere")) {
        assertThatThrownBy(() -> put(agent, key)).as(key).isInstanceOf(StoreException.Denied.class);
      }
    }
  }

  @Test
  void keepsKeySlotsAndOtherPrefixesFromEveryRole() throws Exception {
    try (S3ObjectStore all = open(minio.credentials());
        S3ObjectStore outside =
            S3ObjectStore.open(
                minio.settings(bucket, "outside").withCredentials(minio.credentials()))) {
      put(all, "keys/slot");
      put(outside, "object");
    }
    for (String role : List.of("agent", "reader", "functions", "collector")) {
      S3Credentials key = key(role);
      try (S3ObjectStore store = open(key);
          S3ObjectStore outside =
              S3ObjectStore.open(minio.settings(bucket, "outside").withCredentials(key))) {
        assertThatThrownBy(() -> store.get("keys/slot"))
            .as(role)
            .isInstanceOf(StoreException.Denied.class);
        assertThatThrownBy(() -> outside.get("object"))
            .as(role)
            .isInstanceOf(StoreException.Denied.class);
        assertThatThrownBy(() -> outside.list("", "", 10))
            .as(role)
            .isInstanceOf(StoreException.Denied.class);
        assertThatThrownBy(() -> store.get("snapshots/missing"))
            .as(role)
            .isInstanceOf(StoreException.Missing.class);
      }
    }
  }

  @Test
  void letsAReaderReadAndRestoreAlone() throws Exception {
    owner.json("repository", "probe");
    Cli reader = as(key("reader"), "reader");
    Path restored = folder.resolve("restored.img");

    assertThat(reader.json("snapshot", "list")).hasSize(1);
    Cli.Outcome outcome =
        reader.run("snapshot", "restore", "disk@first", "--to", restored.toString());

    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(Files.mismatch(image, restored)).isEqualTo(-1);
    reader.json("repository", "check");
    reader.json("function", "run", "verify-sample");
    reader.failure(1, "STORE_DENIED", "snapshot", "create", "disk");
    reader.failure(1, "STORE_DENIED", "snapshot", "delete", "disk@first");
    try (S3ObjectStore all = open(minio.credentials());
        S3ObjectStore store = open(key("reader"))) {
      for (String key : keys(all, "")) {
        assertDeleteIsDenied(store, key);
      }
    }
  }

  @Test
  void letsFunctionsAskForSnapshotsAndSweep() throws Exception {
    try (S3ObjectStore all = open(minio.credentials());
        S3ObjectStore store = open(key("functions"))) {
      // The agent has been there.
      Repository agent =
          Repository.open(all, Writers.writer(all, "agent", InstantSource.system(), random));
      RepositoryState state = agent.journal().read().state();
      String hostName = Volumes.find(state, "disk").host();
      Host host = new Hosts(agent).register(hostName, List.of(), Optional.empty());

      Repository functions =
          Repository.open(
              store, Writers.writer(store, "functions", InstantSource.system(), random));
      state = functions.journal().read().state();
      RequestedSnapshot requested =
          new SnapshotRequests(functions)
              .request(
                  state,
                  new SnapshotRequest(
                      Volumes.find(state, "disk"), Label.NONE, Optional.empty(), LONG, Wishes.NONE),
                  Optional.of(RequestKey.of("somebody", "key")));
      assertThat(keys(all, ObjectKeys.inbox(host.id()))).hasSize(1);
      Snapshots snapshots = new Snapshots(functions);
      for (String name : List.of("schedule-tick", "expire", "abort-silent")) {
        as(key("functions"), "functions").json("function", "run", name);
      }
      snapshots.abort(snapshots.find(requested.id()), "not wanted any more");
      assertThat(new IndexSweep(functions).run().removedMarkers()).isEqualTo(1);
      assertThat(keys(all, ObjectKeys.inbox(host.id()))).isEmpty();

      for (String key : keys(all, "")) {
        if (!key.startsWith("index/")) {
          assertDeleteIsDenied(store, key);
        }
      }
      assertThatThrownBy(() -> put(store, "volumes/vol-x/packs/x"))
          .isInstanceOf(StoreException.Denied.class);
    }
  }

  @Test
  void letsACollectorDeleteWhatIsCollectedAndNothingElse() throws Exception {
    owner.json("snapshot", "delete", "disk@first", "--now");
    Cli collector = as(key("collector"), "collector");

    collector.json("collect", "--dry-run");
    collector.json("function", "run", "collect");

    try (S3ObjectStore all = open(minio.credentials());
        S3ObjectStore store = open(key("collector"))) {
      assertThat(keys(all, "")).noneMatch(key -> key.contains("/packs/"));
      for (String key : keys(all, "")) {
        if (!key.startsWith("index/") && !key.contains("/beats/")) {
          assertDeleteIsDenied(store, key);
        }
      }
      assertThatThrownBy(() -> put(store, "snapshots/x")).isInstanceOf(StoreException.Denied.class);
    }
  }

  private static void assertDeleteIsDenied(S3ObjectStore store, String key) {
    try {
      assertThat(store.delete(List.of(key)))
          .as(key)
          .allMatch(DeleteOutcome.NotDeleted.class::isInstance);
    } catch (StoreException.Denied denied) {
      // A store may refuse the request as a whole.
      assertThat(denied.key()).isEqualTo(key);
    }
  }

  private static PutOutcome put(S3ObjectStore store, String key) {
    return store.createIfAbsent(key, ByteBuffer.wrap(new byte[] {1}));
  }

  private static List<String> keys(S3ObjectStore store, String prefix) {
    List<String> keys = new ArrayList<>();
    KeyWalk.under(store, prefix).forEach(entry -> keys.add(entry.key()));
    return keys;
  }

  private S3ObjectStore open(S3Credentials credentials) {
    return S3ObjectStore.open(minio.settings(bucket, PREFIX).withCredentials(credentials));
  }

  private Cli as(S3Credentials credentials, String who) {
    Cli cli =
        new Cli(
                Map.of(
                    "TIDEMARK_REPOSITORY",
                    "s3://" + bucket + "/" + PREFIX,
                    "AWS_ENDPOINT_URL_S3",
                    minio.endpoint().toString(),
                    "AWS_ACCESS_KEY_ID",
                    credentials.accessKeyId(),
                    "AWS_SECRET_ACCESS_KEY",
                    credentials.secretAccessKey(),
                    "AWS_REGION",
                    "us-east-1"),
                folder.resolve("state of the " + who))
            .here();
    return credentials
        .sessionToken()
        .map(token -> cli.with("AWS_SESSION_TOKEN", token))
        .orElse(cli);
  }

  /// A key with a role's policy and no other right.
  private S3Credentials key(String role) throws IOException {
    return minio.restricted(
        Files.readString(POLICIES.resolve(role + ".json"), StandardCharsets.UTF_8)
            .replace("BUCKET", bucket)
            .replace("PREFIX", PREFIX)
            .replace("HOST", "host-own")
            // No more than 2,048 characters are taken.
            .replaceAll("\\s+", ""));
  }
}
