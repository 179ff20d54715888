package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.agent.qemu.StorageDaemon;
import io.tidemark.agent.quiesce.holding.MariaDb;
import io.tidemark.agent.source.Sources;
import io.tidemark.agent.system.CloningFolder;
import io.tidemark.agent.system.Machine;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Snapshots of volumes that are written all the time.
@Timeout(240)
class QuiescedVolumeIT {
  @TempDir private Path folder;
  private CommandLines tidemark =
      new CommandLines(new MemoryObjectStore(() -> CommandLines.NOW), Path.of("/"));

  @BeforeEach
  void makeRepository() {
    Machine.needsRootAnd("mkfs.ext4", "qemu-storage-daemon", "mariadbd", "mariadb-install-db");
    tidemark =
        new CommandLines(new MemoryObjectStore(() -> CommandLines.NOW), folder.resolve("state"))
            .withSources(new Sources(InstantSource.system())::open)
            .watched();
    assertThat(tidemark.run("repository", "init").status()).isZero();
  }

  private Path image(long sizeBytes) throws IOException {
    Path image = folder.resolve("disk.raw");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(sizeBytes);
    }
    return image;
  }

  private JsonNode create(String... more) {
    List<String> line = new ArrayList<>(List.of("snapshot", "create", "db", "--json"));
    line.addAll(List.of(more));
    Outcome outcome = tidemark.run(line.toArray(new String[0]));
    assertThat(outcome.status()).as(outcome.err()).isZero();
    return outcome.json();
  }

  private Path restore(JsonNode snapshot) {
    Path restored = folder.resolve(snapshot.get("id").asText());
    assertThat(
            tidemark
                .run(
                    "snapshot", "restore", snapshot.get("id").asText(), "--to", restored.toString())
                .status())
        .isZero();
    return restored;
  }

  /// A MariaDB under load on a disk that a QEMU has: what was acknowledged before the instant is
  /// there after a restore, and nothing that was begun after it.
  @Test
  void keepsEveryTransactionOfBeforeTheInstantAndNoneOfAfterIt() throws Exception {
    Path image = image(192 << 20);
    try (StorageDaemon daemon =
        StorageDaemon.start(folder, "raw", StorageDaemon.Exports.NONE, image)) {
      Path disk = Files.createFile(folder.resolve("disk"));
      Object _ =
          daemon.execute(
              "block-export-add",
              Map.of(
                  "type",
                  "fuse",
                  "id",
                  "w9",
                  "node-name",
                  "disk0",
                  "mountpoint",
                  disk.toString(),
                  "writable",
                  true));
      String _ = Machine.run("mkfs.ext4", "-q", disk.toString());
      try (Machine.Mounted place =
          Machine.Mounted.mount(folder.resolve("srv"), "-o", "loop", disk + "")) {
        takeUnderLoad(daemon, place.folder());
      }
    }
  }

  private void takeUnderLoad(StorageDaemon daemon, Path place) throws Exception {
    Path data = place.resolve("data");
    MariaDb.install(data);
    List<MariaDb.Commit> commits = new ArrayList<>();
    JsonNode quiesced;
    JsonNode plain;
    try (MariaDb server = MariaDb.start(folder, data)) {
      String _ =
          server.run("CREATE DATABASE t; CREATE TABLE t.t (n INT PRIMARY KEY) ENGINE=InnoDB");
      assertThat(
              tidemark
                  .run(
                      "volume",
                      "add",
                      "db",
                      "qemu:" + daemon.monitor() + "?scratch=" + folder + "#disk0",
                      "--quiesce",
                      "mysql:" + server.options(),
                      "--quiesce",
                      "fs:" + place)
                  .status())
          .isZero();
      assertThat(tidemark.run("volume", "show", "db").out())
          .contains("quiesce    mysql:", "quiesce    fs:" + place);
      try (MariaDb.Load even = server.new Load(0, 2);
          MariaDb.Load odd = server.new Load(1, 2)) {
        even.await(200);
        quiesced = create();
        odd.await(200);
        plain = create("--no-quiesce");
        even.await(100);
        commits.addAll(even.end());
        commits.addAll(odd.end());
      }
      server.kill();
    }
    assertThat(quiesced.get("consistency").asText()).isEqualTo("application");
    assertThat(quiesced.get("heldMilliseconds").asLong()).isPositive();
    assertThat(plain.get("consistency").asText()).isEqualTo("crash");
    assertThat(plain.get("heldMilliseconds").isNull()).isTrue();
    assertThat(tidemark.run("snapshot", "list", "db").out()).contains("HELD", "application", " ms");
    System.out.println(
        commits.size() + " commits; held for " + quiesced.get("heldMilliseconds") + " ms");
    assertHolds(quiesced, commits);
    assertHolds(plain, commits);
  }

  private void assertHolds(JsonNode snapshot, List<MariaDb.Commit> commits) throws Exception {
    // In milliseconds, cut: a commit within that one may be on either side.
    Instant from = Instant.parse(snapshot.get("instantAt").asText());
    Instant until = from.plusMillis(1);
    Set<Integer> before =
        commits.stream()
            .filter(commit -> commit.acknowledged().isBefore(from))
            .map(MariaDb.Commit::number)
            .collect(Collectors.toSet());
    Set<Integer> after =
        commits.stream()
            .filter(commit -> commit.begun().isAfter(until))
            .map(MariaDb.Commit::number)
            .collect(Collectors.toSet());
    assertThat(before).isNotEmpty();
    assertThat(after).isNotEmpty();
    Path own = Files.createDirectory(folder.resolve("of-" + snapshot.get("id").asText()));
    try (Machine.Mounted place =
            Machine.Mounted.mount(own.resolve("srv"), "-o", "loop", restore(snapshot) + "");
        MariaDb server = MariaDb.start(own, place.folder().resolve("data"))) {
      Set<Integer> there =
          server
              .run("SELECT n FROM t.t")
              .lines()
              .map(Integer::parseInt)
              .collect(Collectors.toSet());
      assertThat(there).containsAll(before).doesNotContainAnyElementsOf(after);
      assertThat(server.run("CHECK TABLE t.t")).contains("OK");
    }
  }

  @Test
  void freezesForTheReadingWhatHasNoInstant() throws Exception {
    Path image = image(32 << 20);
    String _ = Machine.run("mkfs.ext4", "-q", image.toString());
    assertThat(tidemark.run("volume", "add", "db", image.toString()).status()).isZero();
    Outcome unmounted = tidemark.run("snapshot", "create", "db", "--freeze-for-read", "30s");
    assertThat(unmounted.status()).isEqualTo(3);
    assertThat(unmounted.err()).contains("no file system on it is mounted");
    try (Machine.Mounted place =
        Machine.Mounted.mount(folder.resolve("srv"), "-o", "loop", image.toString())) {
      Files.writeString(place.folder().resolve("written"), "before");
      Outcome refused = tidemark.run("snapshot", "create", "db");
      assertThat(refused.status()).isEqualTo(3);
      assertThat(refused.err()).contains("--freeze-for-read 30s", "qemu:", "--allow-live");
      Outcome senseless = tidemark.run("snapshot", "create", "db", "--quiesce", "sync", "--json");
      assertThat(senseless.status()).isEqualTo(3);
      assertThat(senseless.json().at("/error/code").asText()).isEqualTo("SOURCE_NOT_QUIESCED");
      JsonNode made = create("--freeze-for-read", "1m");
      assertThat(made.get("consistency").asText()).isEqualTo("filesystem");
      assertThat(made.get("heldMilliseconds").asLong()).isPositive();
      // It is frozen no more.
      Files.writeString(place.folder().resolve("written"), "after");
      Outcome late = tidemark.run("snapshot", "create", "db", "--freeze-for-read", "1ms", "--json");
      assertThat(late.status()).isEqualTo(1);
      assertThat(late.json().at("/error/code").asText()).isEqualTo("SOURCE_NOT_QUIESCED");
      assertThat(late.json().at("/error/message").asText()).contains("--freeze-for-read LIMIT");
      Files.writeString(place.folder().resolve("written"), "later");
      // Clean: nothing has to be replayed.
      try (Machine.Mounted restored =
          Machine.Mounted.mount(
              folder.resolve("restored"), "-o", "loop,ro,noload", restore(made) + "")) {
        assertThat(Files.readString(restored.folder().resolve("written"))).isEqualTo("before");
      }
    }
  }

  @Test
  void freezesAroundACloneOnly() throws Exception {
    try (CloningFolder cloning = CloningFolder.make(folder, "xfs")) {
      Path image = cloning.folder().resolve("disk.img");
      try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
        file.setLength(32 << 20);
      }
      String _ = Machine.run("mkfs.ext4", "-q", image.toString());
      try (Machine.Mounted place =
          Machine.Mounted.mount(folder.resolve("srv"), "-o", "loop", image.toString())) {
        assertThat(
                tidemark
                    .run(
                        "volume",
                        "add",
                        "db",
                        image.toString(),
                        "--quiesce",
                        "fs:" + place.folder())
                    .status())
            .isZero();
        Files.writeString(place.folder().resolve("written"), "before");
        JsonNode made = create();
        assertThat(made.get("consistency").asText()).isEqualTo("filesystem");
        assertThat(made.get("heldMilliseconds").asLong()).isPositive();
        Files.writeString(place.folder().resolve("written"), "after");
        // Freezing what the clone is made in would be waiting for oneself.
        Outcome outer =
            tidemark.run("snapshot", "create", "db", "--quiesce", "fs:" + cloning.folder());
        assertThat(outer.status()).isEqualTo(3);
        assertThat(outer.err()).contains("would wait for itself");
        try (Machine.Mounted restored =
            Machine.Mounted.mount(
                folder.resolve("restored"), "-o", "loop,ro,noload", restore(made) + "")) {
          assertThat(Files.readString(restored.folder().resolve("written"))).isEqualTo("before");
        }
      }
    }
  }

  @Test
  void takesNoStepsThatContradict() {
    assertThat(tidemark.run("snapshot", "create", "db", "--quiesce", "mysql?x=1").err())
        .contains("there is no 'x' here");
    assertThat(
            tidemark.run("snapshot", "create", "db", "--quiesce", "sync", "--no-quiesce").status())
        .isEqualTo(2);
    assertThat(
            tidemark
                .run("snapshot", "create", "db", "--allow-live", "--freeze-for-read", "1s")
                .status())
        .isEqualTo(2);
  }
}
