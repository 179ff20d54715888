package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.agent.nbd.NbdWriter;
import io.tidemark.agent.qemu.StorageDaemon;
import io.tidemark.agent.source.Sources;
import io.tidemark.agent.system.Machine;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Seeded;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Volumes that a `qemu-storage-daemon` serves, by command lines.
@Timeout(120)
class QemuVolumeIT {
  private static final int SIZE = 16 << 20;
  private static final int DATA = 4 << 20;

  private final RandomGenerator random = Seeded.random("QemuVolumeIT");

  /// What the disk holds.
  private final byte[] content = new byte[SIZE];

  @TempDir private Path folder;
  private CommandLines tidemark =
      new CommandLines(new MemoryObjectStore(() -> CommandLines.NOW), Path.of("/"));
  private Path image = Path.of("/");

  @BeforeEach
  void makeRepository() {
    Machine.needs("qemu-storage-daemon", "qemu-img");
    tidemark =
        new CommandLines(new MemoryObjectStore(() -> CommandLines.NOW), folder.resolve("state"))
            .withSources(new Sources(InstantSource.system())::open)
            .watched();
    assertThat(tidemark.run("repository", "init").status()).isZero();
  }

  private void makeImage(String format) throws Exception {
    Path raw = folder.resolve("disk.raw");
    byte[] data = new byte[DATA];
    random.nextBytes(data);
    System.arraycopy(data, 0, content, 0, DATA);
    try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
      file.write(data);
      file.setLength(SIZE);
    }
    image = raw;
    if (format.equals("qcow2")) {
      image = folder.resolve("disk.qcow2");
      Machine.run("qemu-img", "convert", "-O", "qcow2", raw.toString(), image.toString());
    }
  }

  private StorageDaemon daemon(String format) throws Exception {
    return StorageDaemon.start(folder, format, StorageDaemon.Exports.WRITABLE, image);
  }

  private void add(StorageDaemon daemon) {
    Outcome added =
        tidemark.run(
            "volume",
            "add",
            "vm",
            "qemu:"
                + daemon.monitor()
                + "?scratch="
                + folder
                + "&nbd="
                + daemon.exports()
                + "#disk0",
            "--json");
    assertThat(added.status()).as(added.out()).isZero();
    assertThat(added.json().at("/outlook/changes").asText()).contains("dirty bitmap");
  }

  private void write(StorageDaemon daemon, int offset, int length) throws Exception {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    System.arraycopy(bytes, 0, content, offset, length);
    try (NbdWriter writer = new NbdWriter(daemon.exports(), "disk0")) {
      writer.write(offset, bytes);
    }
  }

  private Outcome create(String... more) throws Exception {
    String[] line = new String[3 + more.length];
    System.arraycopy(new String[] {"snapshot", "create", "vm"}, 0, line, 0, 3);
    System.arraycopy(more, 0, line, 3, more.length);
    Outcome outcome = tidemark.run(line);
    assertThat(outcome.status()).as(outcome.err()).isZero();
    Path restored = folder.resolve("restored");
    Files.deleteIfExists(restored);
    String id = outcome.out().strip();
    assertThat(tidemark.run("snapshot", "restore", id, "--to", restored.toString()).status())
        .isZero();
    assertThat(Arrays.mismatch(Files.readAllBytes(restored), content)).isEqualTo(-1);
    return outcome;
  }

  private JsonNode shown(Outcome created) {
    return tidemark.run("snapshot", "show", created.out().strip(), "--json").json();
  }

  private long readBytes(Outcome created) {
    return shown(created).get("readBytes").asLong();
  }

  private static void assertOnlyOneBitmapIsLeft(StorageDaemon daemon) throws Exception {
    assertThat(daemon.added()).singleElement().asString().startsWith("bitmap tm");
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "qcow2"})
  void readsOnlyWhatChanged(String format) throws Exception {
    makeImage(format);
    try (StorageDaemon daemon = daemon(format)) {
      add(daemon);
      Outcome first = create();
      assertThat(readBytes(first)).isEqualTo(DATA);
      assertThat(shown(first).get("consistency").asText()).isEqualTo("crash");
      assertOnlyOneBitmapIsLeft(daemon);
      write(daemon, 1 << 20, 5000);
      write(daemon, 12 << 20, 100_000);
      Outcome second = create();
      assertThat(second.err()).contains("What the dirty bitmap of QEMU reports was read");
      assertThat(readBytes(second)).isLessThan(1 << 20);
      assertThat(shown(second).get("parent").asText()).isEqualTo(first.out().strip());
      assertOnlyOneBitmapIsLeft(daemon);
      assertThat(readBytes(create())).isLessThan(1 << 20);
      Outcome full = create("--full-scan");
      assertThat(full.err()).contains("was read: that was asked for");
      assertThat(readBytes(full)).isGreaterThanOrEqualTo(DATA);
    }
    // QEMU starts anew.
    try (StorageDaemon daemon = daemon(format)) {
      write(daemon, 2 << 20, 4096);
      Outcome after = create();
      if (format.equals("qcow2")) {
        assertThat(readBytes(after)).isLessThan(1 << 20);
      } else {
        assertThat(after.err()).contains("QEMU has lost its bitmap");
        assertThat(readBytes(after)).isGreaterThanOrEqualTo(DATA);
      }
      write(daemon, 3 << 20, 4096);
      assertThat(readBytes(create())).isLessThan(1 << 20);
      assertOnlyOneBitmapIsLeft(daemon);
    }
  }

  @Test
  void readsEverythingWhereTheBitmapIsNoGood() throws Exception {
    makeImage("raw");
    try (StorageDaemon daemon = daemon("raw")) {
      add(daemon);
      create();
      write(daemon, 0, 4096);
      daemon.execute("block-dirty-bitmap-disable", bitmap(daemon));
      assertThat(create().err()).contains("it was not counting");
      write(daemon, 0, 4096);
      daemon.execute("block-dirty-bitmap-remove", bitmap(daemon));
      assertThat(create().err()).contains("QEMU has lost its bitmap");
      // Another snapshot than the one it counts from.
      Outcome last = create();
      String id = last.out().strip();
      assertThat(tidemark.run("snapshot", "delete", id, "--now").status()).isZero();
      write(daemon, 4096, 4096);
      assertThat(create().err()).contains("the account begins with " + id);
      assertOnlyOneBitmapIsLeft(daemon);
    }
  }

  @Test
  void catchesABitmapThatLies() throws Exception {
    makeImage("raw");
    try (StorageDaemon daemon = daemon("raw")) {
      add(daemon);
      create();
      write(daemon, 0, SIZE);
      daemon.execute("block-dirty-bitmap-clear", bitmap(daemon));
      Outcome lied = create();
      assertThat(lied.err()).contains("The dirty bitmap of QEMU of vm was wrong");
      assertThat(readBytes(lied)).isGreaterThanOrEqualTo(SIZE);
      assertThat(daemon.added()).isEmpty();
      // Distrusted once, it begins again.
      write(daemon, 0, 4096);
      assertThat(readBytes(create())).isGreaterThanOrEqualTo(SIZE);
      write(daemon, 0, 4096);
      assertThat(readBytes(create())).isLessThan(SIZE / 4);
      // One place is too little for a sample, and not for a full scan.
      write(daemon, 5 << 20, 1);
      daemon.execute("block-dirty-bitmap-clear", bitmap(daemon));
      Outcome found = create("--full-scan");
      assertThat(found.err()).contains("was wrong: the chunk at byte 5242880");
      assertThat(shown(found).at("/scan/kind").asText()).isEqualTo("distrusted");
      assertThat(shown(found).at("/scan/wrongOffsetBytes").asLong()).isEqualTo(5 << 20);
    }
  }

  @Test
  void catchesABitmapThatLiesOnceAFullScanIsDue() throws Exception {
    makeImage("raw");
    try (StorageDaemon daemon = daemon("raw")) {
      add(daemon);
      create("--full-scan-every", "3");
      write(daemon, 0, 4096);
      JsonNode first = shown(create("--full-scan-every", "3"));
      assertThat(first.at("/scan/kind").asText()).isEqualTo("tracked");
      assertThat(first.at("/scan/sampledChunks").asLong()).isPositive();
      assertThat(first.at("/scan/missChance").asDouble()).isBetween(0.5, 1.0);
      assertThat(first.at("/scan/sinceFullScan").asLong()).isEqualTo(1);
      JsonNode second = shown(create("--full-scan-every", "3"));
      assertThat(second.at("/scan/sinceFullScan").asLong()).isEqualTo(2);
      assertThat(second.at("/scan/fullScanAt")).isEqualTo(first.at("/scan/fullScanAt"));
      write(daemon, 5 << 20, 1);
      daemon.execute("block-dirty-bitmap-clear", bitmap(daemon));
      Outcome caught = create("--full-scan-every", "3");
      assertThat(caught.err())
          .contains("was wrong: the chunk at byte 5242880", "since the full scan of ");
      write(daemon, 0, 4096);
      assertThat(shown(create("--full-scan-every", "3")).at("/scan/kind").asText())
          .isEqualTo("full");
      write(daemon, 0, 4096);
      assertThat(shown(create("--full-scan-every", "3")).at("/scan/kind").asText())
          .isEqualTo("tracked");
      create("--full-scan-every", "3");
      Outcome due = create("--full-scan-every", "3");
      assertThat(due.err()).contains("was read: it was time for a full scan");
    }
  }

  @Test
  void refusesWhatCannotBeTaken() throws Exception {
    makeImage("raw");
    try (StorageDaemon daemon = daemon("raw")) {
      Outcome none = tidemark.run("volume", "add", "vm", "qemu:" + daemon.monitor() + "#other");
      assertThat(none.status()).isEqualTo(3);
      assertThat(none.err()).contains("no block node 'other'").contains("disk0");
      Outcome wrong = tidemark.run("volume", "add", "vm", "qemu:" + daemon.monitor());
      assertThat(wrong.status()).isEqualTo(2);
      assertThat(wrong.err()).contains("names no block node");
      add(daemon);
    }
    Outcome gone = tidemark.run("snapshot", "create", "vm", "--json");
    assertThat(gone.status()).isEqualTo(3);
    assertThat(gone.json().at("/error/code").asText()).isEqualTo("SOURCE_NOT_FOUND");
    assertThat(gone.json().at("/error/message").asText()).contains("Is QEMU running");
  }

  private static Map<String, String> bitmap(StorageDaemon daemon) throws Exception {
    List<String> names = daemon.added();
    return Map.of("node", "disk0", "name", names.getFirst().substring("bitmap ".length()));
  }
}
