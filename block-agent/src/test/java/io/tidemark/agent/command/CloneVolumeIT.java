package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.command.CommandLines.Outcome;
import io.tidemark.agent.source.Sources;
import io.tidemark.agent.system.CloningFolder;
import io.tidemark.agent.system.Machine;
import io.tidemark.agent.system.Machine.Shell;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Seeded;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Image files in use on file systems that clone them, by command lines.
@Timeout(120)
class CloneVolumeIT {
  private static final int SIZE = 16 << 20;
  private static final int DATA = 4 << 20;

  private final RandomGenerator random = Seeded.random("CloneVolumeIT");

  @TempDir private Path folder;

  private CommandLines tidemark() {
    CommandLines tidemark =
        new CommandLines(new MemoryObjectStore(() -> CommandLines.NOW), folder.resolve("state"))
            .withSources(new Sources(InstantSource.system())::open)
            .watched();
    assertThat(tidemark.run("repository", "init").status()).isZero();
    return tidemark;
  }

  private void write(Path image, int offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(offset);
      file.write(bytes);
    }
  }

  private Path image(CloningFolder place) throws IOException {
    Path image = place.folder().resolve("disk.img");
    write(image, 0, DATA);
    Machine.run("truncate", "-s", "" + SIZE, image.toString());
    return image;
  }

  private static JsonNode shown(CommandLines tidemark, Outcome created) {
    return tidemark.run("snapshot", "show", created.out().strip(), "--json").json();
  }

  private Outcome create(CommandLines tidemark, Path image, String... more) throws Exception {
    String[] line = new String[3 + more.length];
    System.arraycopy(new String[] {"snapshot", "create", "disk"}, 0, line, 0, 3);
    System.arraycopy(more, 0, line, 3, more.length);
    Outcome outcome = tidemark.run(line);
    assertThat(outcome.status()).as(outcome.err()).isZero();
    Path restored = folder.resolve("restored");
    Files.deleteIfExists(restored);
    String id = outcome.out().strip();
    assertThat(tidemark.run("snapshot", "restore", id, "--to", restored.toString()).status())
        .isZero();
    assertThat(Arrays.mismatch(Files.readAllBytes(restored), Files.readAllBytes(image)))
        .isEqualTo(-1);
    return outcome;
  }

  private static List<Path> clones(CloningFolder place) throws IOException {
    try (Stream<Path> files = Files.list(place.folder())) {
      return files.filter(file -> ("" + file.getFileName()).startsWith(".tidemark-")).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "btrfs"})
  void readsOnlyWhatChangedOfAnImageInUse(String fileSystem) throws Exception {
    CommandLines tidemark = tidemark();
    try (CloningFolder place = CloningFolder.make(folder, fileSystem)) {
      Path image = image(place);
      try (Shell _ = Shell.writerOf(image)) {
        Outcome added = tidemark.run("volume", "add", "disk", image.toString(), "--json");
        assertThat(added.json().at("/outlook/instant").asText()).contains("a clone, made by");
        assertThat(added.json().at("/outlook/better")).isEmpty();
        JsonNode first = shown(tidemark, create(tidemark, image));
        assertThat(first.get("consistency").asText()).isEqualTo("crash");
        assertThat(first.at("/scan/kind").asText()).isEqualTo("full");
        assertThat(first.get("readBytes").asLong()).isEqualTo(DATA);
        write(image, 1 << 20, 5000);
        write(image, 12 << 20, 100_000);
        Outcome second = create(tidemark, image);
        assertThat(second.err()).contains("What the comparison of extents reports was read");
        JsonNode tracked = shown(tidemark, second);
        assertThat(tracked.at("/scan/kind").asText()).isEqualTo("tracked");
        assertThat(tracked.get("readBytes").asLong()).isLessThan(1 << 20);
        assertThat(tracked.get("changedBytes").asLong()).isPositive();
        assertThat(tracked.at("/scan/missChance").asDouble()).isBetween(0.5, 1.0);
        assertThat(tidemark.run("snapshot", "show", second.out().strip()).out())
            .contains("by the comparison of extents", "missed with probability 0.8");
        assertThat(clones(place)).hasSize(1);
        write(image, 0, 1 << 20);
        Machine.run("sync", "-f", image.toString());
        Outcome volume = tidemark.run("volume", "show", "disk");
        assertThat(volume.out())
            .contains(fileSystem.equals("xfs") ? "at least 1.00 MiB kept" : "clones     at least");
        assertThat(create(tidemark, image, "--full-scan").err())
            .contains("was read: that was asked for");
      }
      // Nobody has it open any more.
      assertThat(shown(tidemark, create(tidemark, image)).get("consistency").asText())
          .isEqualTo("idle");
      Files.delete(clones(place).getFirst());
      Outcome without = create(tidemark, image);
      assertThat(without.err()).contains("cannot be had");
      assertThat(shown(tidemark, without).get("readBytes").asLong()).isGreaterThan(DATA);
      Stream.of(tidemark.run("snapshot", "list", "disk", "--json").json())
          .flatMap(list -> list.findValuesAsText("id").stream())
          .filter(id -> id.startsWith("snap-"))
          .forEach(id -> tidemark.run("snapshot", "delete", id, "--now"));
      assertThat(clones(place)).hasSize(1);
      assertThat(tidemark.run("volume", "remove", "disk").status()).isZero();
      assertThat(clones(place)).isEmpty();
    }
  }

  @Test
  void namesTheWaysOutForAMountedFileSystem() throws Exception {
    Machine.needsRootAnd("losetup", "mkfs.ext4");
    CommandLines tidemark = tidemark();
    Path disk = folder.resolve("disk.img");
    Machine.run("truncate", "-s", "16M", disk.toString());
    Machine.run("mkfs.ext4", "-q", "-F", disk.toString());
    try (Machine.LoopDevice loop = Machine.LoopDevice.attach(disk);
        Machine.Mounted _ = Machine.Mounted.mount(folder.resolve("mnt"), loop.node() + "")) {
      assertThat(tidemark.run("volume", "add", "part", loop.node() + "").status()).isZero();
      Outcome refused = tidemark.run("snapshot", "create", "part");
      assertThat(refused.status()).isEqualTo(3);
      assertThat(refused.err())
          .contains(
              "mounted at", "unmount", "lvcreate -s", "XFS or btrfs", "qemu:", "--allow-live");
    }
  }
}
