package io.tidemark.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.command.CommandEnvironment;
import io.tidemark.repository.store.JitteredBackoff;
import io.tidemark.repository.store.s3.FaultyLine;
import io.tidemark.repository.store.s3.ReadPatience;
import io.tidemark.repository.store.s3.S3Location;
import io.tidemark.repository.store.s3.S3ObjectStore;
import io.tidemark.repository.store.s3.S3Settings;
import io.tidemark.repository.store.s3.Trouble;
import io.tidemark.repository.testing.Seeded;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.FutureTask;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// A store that goes away, that nobody may use, or that is another one than was meant.
class StoreTroubleIT {
  private static final long MIB = 1 << 20;

  private final RandomGenerator random = Seeded.random("StoreTroubleIT");

  @TempDir Path folder;

  private StoreServer server;
  private Cli cli;

  @BeforeEach
  void start() throws Exception {
    use(ServerHere.start(folder.resolve("store")));
  }

  private void use(StoreServer other) {
    server = other;
    cli = new Cli(server.environment(), folder.resolve("state")).here();
  }

  /// In the place of the one that is in this process.
  private ServerProcess serverToKill() {
    server.close();
    ServerProcess process = ServerProcess.start(folder.resolve("store"));
    use(process);
    return process;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void goesOnWhenTheStoreDiesInTheMiddleAndComesBack() throws Exception {
    ServerProcess mortal = serverToKill();
    Path image = volume(128 * MIB);
    Process create = cli.process("snapshot", "create", "disk", "--json").start();
    Running.awaitPacks(server, 1);

    mortal.kill();
    mortal.start();

    Cli.Outcome outcome = Cli.await(create);
    assertThat(outcome.status()).as(outcome.out() + outcome.err()).isZero();
    Path restored = folder.resolve("restored.img");
    cli.json("snapshot", "restore", "disk@latest", "--to", restored.toString());
    assertThat(Files.mismatch(image, restored)).isEqualTo(-1);
    cli.json("repository", "check");
  }

  @Test
  void goesOnWhenTheStoreIsAwayInTheMiddleOfARestore() throws Exception {
    ServerProcess mortal = serverToKill();
    Path image = volume(128 * MIB);
    cli.json("snapshot", "create", "disk");
    Process restore = cli.process("snapshot", "restore", "disk@latest", "--to", "-").start();
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    // It waits for its reader: most of it is still to come.
    digest.update(restore.getInputStream().readNBytes((int) MIB));

    mortal.kill();
    FutureTask<Cli.Outcome> rest = new FutureTask<>(() -> Cli.await(restore));
    Thread.ofPlatform().daemon().start(rest);
    mortal.start();

    Cli.Outcome outcome = rest.get();
    assertThat(outcome.status()).as(outcome.err()).isZero();
    digest.update(outcome.bytes());
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(Images.hash(image));
    assertThat(cli.json("volume", "show", "disk").path("holds")).isEmpty();
  }

  @Test
  void leavesNothingOfARestoreWhoseStoreDies() throws Exception {
    ServerProcess mortal = serverToKill();
    Path image = volume(128 * MIB);
    cli.json("snapshot", "create", "disk");
    Path targets = Files.createDirectory(folder.resolve("targets"));
    String target = targets.resolve("restored.img").toString();
    FutureTask<Cli.Outcome> restore =
        new FutureTask<>(
            () ->
                cli.here(impatient())
                    .run("snapshot", "restore", "disk@latest", "--json", "--to", target));
    Thread.ofPlatform().daemon().start(restore);
    Running.await(() -> !isEmpty(targets));

    mortal.kill();

    Cli.Outcome outcome = restore.get();
    assertThat(outcome.status()).as(outcome.out()).isEqualTo(1);
    assertThat(outcome.code()).isEqualTo("STORE_UNAVAILABLE");
    assertThat(outcome.message()).contains(server.environment().get("AWS_ENDPOINT_URL_S3"));
    assertThat(targets).isEmptyDirectory();
    mortal.start();
    cli.json("snapshot", "restore", "disk@latest", "--to", target);
    assertThat(Files.mismatch(image, Path.of(target))).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void saysWhatItLeftWhenInterruptedInTheMiddle(String signal) throws Exception {
    volume(128 * MIB);
    Process create = cli.process("snapshot", "create", "disk", "--json").start();
    Running.awaitPacks(server, 1);

    Running.signal(create, signal);

    Cli.Outcome outcome = Cli.await(create);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.code()).isEqualTo("INTERRUPTED");
    assertThat(outcome.message())
        .contains("snap-")
        .containsPattern("The [1-9][0-9]+ bytes it uploaded")
        .contains("tidemark collect");
    assertThat(cli.json("snapshot", "list").findValuesAsString("state")).doesNotContain("CREATING");
    assertThat(cli.json("collect").path("freedBytes").asLong()).isPositive();
    JsonNode next = cli.json("snapshot", "create", "disk");
    assertThat(next.path("state").asString()).isEqualTo("READY");
  }

  @Test
  void leavesNothingOfARestoreThatIsInterrupted() throws Exception {
    volume(128 * MIB);
    cli.json("snapshot", "create", "disk");
    Path targets = Files.createDirectory(folder.resolve("targets"));
    Process restore =
        cli.process(
                "snapshot",
                "restore",
                "disk@latest",
                "--json",
                "--to",
                targets.resolve("restored.img").toString())
            .start();
    Running.await(() -> !isEmpty(targets));

    Running.signal(restore, "INT");

    Cli.Outcome outcome = Cli.await(restore);
    assertThat(outcome.status()).as(outcome.out()).isEqualTo(1);
    assertThat(outcome.code()).isEqualTo("INTERRUPTED");
    assertThat(targets).isEmptyDirectory();
    assertThat(cli.json("volume", "show", "disk").path("holds")).isEmpty();
  }

  @Test
  void waitsForAStoreThatIsBusyForAWhile() throws Exception {
    Path image = volume(4 * MIB);
    try (FaultyLine line =
        FaultyLine.to(URI.create(server.environment().get("AWS_ENDPOINT_URL_S3")))) {
      Cli over = cli.with("AWS_ENDPOINT_URL_S3", line.endpoint().toString());
      for (String method : new String[] {"GET", "PUT"}) {
        for (int i = 0; i < 3; i++) {
          line.plan(method, Trouble.Answer.error(503, "SlowDown"));
        }
      }
      over.json("snapshot", "create", "disk");
      for (int i = 0; i < 3; i++) {
        line.plan("GET", Trouble.Answer.html(503, "<html>Come back later</html>"));
      }
      Path restored = folder.resolve("restored.img");
      over.json("snapshot", "restore", "disk@latest", "--to", restored.toString());
      assertThat(Files.mismatch(image, restored)).isEqualTo(-1);
    }
    cli.json("repository", "check");
  }

  @Test
  void saysThatTheCredentialsHaveExpired() throws Exception {
    volume(MIB);
    try (FaultyLine line = FaultyLine.toNobody()) {
      line.plan("GET", Trouble.Answer.error(400, "ExpiredToken"));
      Cli.Outcome outcome =
          cli.with("AWS_ENDPOINT_URL_S3", line.endpoint().toString())
              .failure(1, "STORE_DENIED", "snapshot", "list");
      assertThat(outcome.message()).contains("expired");
      assertThat(line.requests("GET")).hasSize(1);
    }
  }

  @Test
  void makesASnapshotWhoseParentIsDeletedMeanwhile() throws Exception {
    Path image = volume(128 * MIB);
    String parent = cli.json("snapshot", "create", "disk").path("id").asString();
    // Three quarters; what is left is only in the parent's packs.
    Images.overwrite(image, 0, 96 * MIB, random);
    Process create = cli.process("snapshot", "create", "disk", "--json").start();
    Running.awaitState(cli, "CREATING");
    Running.signal(create, "STOP");
    assertThat(cli.json("snapshot", "list").findValuesAsString("state")).contains("CREATING");

    cli.json("snapshot", "delete", parent, "--now");
    JsonNode meanwhile = cli.json("collect");
    Running.signal(create, "CONT");

    Cli.Outcome made = Cli.await(create);
    assertThat(made.status()).as(made.out() + made.err()).isZero();
    assertThat(meanwhile.path("freedBytes").asLong()).isZero();
    assertThat(made.json().path("parent").asString()).isEqualTo(parent);
    assertThat(cli.json("collect").path("freedBytes").asLong()).isPositive();
    Path restored = folder.resolve("restored.img");
    cli.json("snapshot", "restore", "disk@latest", "--to", restored.toString());
    assertThat(Files.mismatch(image, restored)).isEqualTo(-1);
  }

  @Test
  void saysThatNobodyAnswers() throws Exception {
    ServerProcess mortal = serverToKill();
    volume(MIB);
    mortal.kill();

    Cli.Outcome outcome = cli.failure(1, "STORE_UNAVAILABLE", "snapshot", "list");

    assertThat(outcome.message()).contains(server.environment().get("AWS_ENDPOINT_URL_S3"));
  }

  @Test
  void refusesWrongKeysWithoutTellingThem() throws Exception {
    volume(MIB);

    for (String variable : new String[] {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) {
      Cli.Outcome outcome =
          cli.with(variable, "0000000000000000").failure(1, "STORE_DENIED", "snapshot", "list");
      assertThat(outcome.out() + outcome.err())
          .doesNotContain("0000000000000000", server.environment().get("AWS_SECRET_ACCESS_KEY"));
    }
  }

  @Test
  void saysThatTheBucketOrTheRepositoryIsNotThere() throws Exception {
    Cli elsewhere = cli.with("TIDEMARK_REPOSITORY", "s3://no-such-bucket/local");
    Cli.Outcome outcome = elsewhere.failure(3, "NO_BUCKET", "snapshot", "list");
    assertThat(outcome.message()).contains("no-such-bucket", "tidemark repository init");

    cli.failure(3, "NO_REPOSITORY", "snapshot", "list");
    cli.failure(2, "USAGE", "snapshot", "list", "--repository", "http://tidemark/local");
    cli.with("TIDEMARK_REPOSITORY", "").failure(2, "USAGE", "snapshot", "list");
  }

  @Test
  void createsAMissingBucketForANewRepository() throws Exception {
    Cli elsewhere = cli.with("TIDEMARK_REPOSITORY", "s3://not-there-yet/local");
    assertThat(elsewhere.json("repository", "init").path("createdBucket").asBoolean()).isTrue();
    assertThat(elsewhere.json("snapshot", "list")).isEmpty();
  }

  @Test
  void leavesARepositoryOfANewerFormatAlone() throws Exception {
    volume(MIB);
    Path info = server.objects().resolve("tidemark.json");
    String before = Files.readString(info);
    Files.writeString(info, before.replace("\"format\":1", "\"format\":2"));
    assertThat(Files.readString(info)).isNotEqualTo(before);

    for (String[] words :
        new String[][] {
          {"snapshot", "list"}, {"snapshot", "create", "disk"}, {"collect"}, {"repository", "info"}
        }) {
      Cli.Outcome outcome = cli.failure(3, "FORMAT_TOO_NEW", words);
      assertThat(outcome.message()).contains("tidemark.json").containsIgnoringCase("newer");
    }

    Files.writeString(info, before);
    assertThat(cli.json("snapshot", "list")).isEmpty();
  }

  /// Waits for a store that is away only a moment.
  private static CommandEnvironment impatient() {
    Duration first = Duration.ofMillis(1);
    Duration total = Duration.ofMillis(200);
    return CommandEnvironment.ofThisProcess()
        .withStores(
            (address, variables) ->
                S3ObjectStore.open(
                    S3Settings.fromEnvironment(S3Location.parse(address), variables)
                        .withPatience(new ReadPatience(first, first, total))),
            random -> new JitteredBackoff(random, first, first, total));
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private Path volume(long sizeBytes) throws Exception {
    Path image = Images.random(folder.resolve("disk.img"), sizeBytes, random);
    cli.initialise();
    cli.prepare("volume", "add", "disk", image.toString());
    return image;
  }
}
