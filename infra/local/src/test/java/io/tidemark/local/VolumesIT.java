package io.tidemark.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.repository.testing.Seeded;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Real volumes and targets: file systems, block devices, what is in use, too small or full.
class VolumesIT {
  private static final long MIB = 1 << 20;

  private final RandomGenerator random = Seeded.random("VolumesIT");

  /// Undone after a test, the last one first.
  private final Deque<String[]> undo = new ArrayDeque<>();

  @TempDir Path folder;

  private StoreServer server;
  private Cli cli;

  @BeforeEach
  void start() throws Exception {
    server = ServerHere.start(folder.resolve("store"));
    cli = new Cli(server.environment(), folder.resolve("state")).here();
    cli.initialise();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    while (!undo.isEmpty()) {
      Images.run(undo.pop());
    }
  }

  @Test
  void restoresAFileSystemThatIsSound() throws Exception {
    Path image = fileSystem(96 * MIB);
    cli.json("volume", "add", "disk", image.toString());
    JsonNode made = cli.json("snapshot", "create", "disk");

    Path restored = folder.resolve("restored.img");
    cli.json("snapshot", "restore", "disk@latest", "--to", restored.toString());

    // Holes are not read.
    assertThat(made.path("readBytes").asLong()).isLessThan(64 * MIB);
    assertThat(Files.mismatch(image, restored)).isEqualTo(-1);
    Images.run("e2fsck", "-fn", restored.toString());
  }

  @Test
  void growsShrinksAndEndsInTheMiddleOfAChunk() throws Exception {
    Path image = Images.random(folder.resolve("disk.img"), 3 * MIB + 12_345, random);
    cli.json("volume", "add", "disk", image.toString());
    for (long sizeBytes : new long[] {3 * MIB + 12_345, 5 * MIB + 1, MIB + 511, 0, 2 * MIB}) {
      try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
        channel.truncate(sizeBytes);
        if (channel.size() < sizeBytes) {
          channel.write(ByteBuffer.wrap(new byte[] {1}), sizeBytes - 1);
        }
      }
      JsonNode made = cli.json("snapshot", "create", "disk", "--name", "at-" + sizeBytes);
      assertThat(made.path("sizeBytes").asLong()).isEqualTo(sizeBytes);
      Path restored = folder.resolve("restored-" + sizeBytes);
      cli.json("snapshot", "restore", "disk@at-" + sizeBytes, "--to", restored.toString());
      assertThat(Files.mismatch(image, restored)).isEqualTo(-1);
    }
  }

  /// In memory, for many a file system ends short of that.
  @Test
  void takesSixteenTebibytesThatAreAlmostAllHoles() throws Exception {
    Path memory = Path.of("/dev/shm");
    if (!Files.isWritable(memory)) {
      Images.missing("This test needs /dev/shm, for a file of 16 TiB");
    }
    Path large = Files.createTempDirectory(memory, "tidemark");
    undo.push(new String[] {"rm", "-r", large.toString()});
    Path image = large.resolve("disk.img");
    long sizeBytes = 16L << 40;
    byte[] words = "in the middle of nothing".getBytes(UTF_8);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(sizeBytes);
      file.seek(sizeBytes / 2 + 12_345);
      file.write(words);
      file.seek(sizeBytes - words.length);
      file.write(words);
    }
    cli.json("volume", "add", "disk", image.toString());

    JsonNode made = cli.json("snapshot", "create", "disk");
    JsonNode again = cli.json("snapshot", "create", "disk");
    Path restored = large.resolve("restored.img");
    cli.json("snapshot", "restore", "disk@latest", "--to", restored.toString());

    assertThat(made.path("sizeBytes").asLong()).isEqualTo(sizeBytes);
    assertThat(made.path("readBytes").asLong()).isLessThan(MIB);
    assertThat(again.path("changedBytes").asLong()).isZero();
    try (RandomAccessFile file = new RandomAccessFile(restored.toFile(), "r")) {
      assertThat(file.length()).isEqualTo(sizeBytes);
      for (long at : new long[] {sizeBytes / 2 + 12_345, sizeBytes - words.length}) {
        byte[] there = new byte[words.length];
        file.seek(at);
        file.readFully(there);
        assertThat(there).isEqualTo(words);
      }
    }
    // In blocks of 512 bytes.
    long stored = Long.parseLong(Images.run("stat", "-c", "%b", restored.toString()));
    assertThat(stored).isLessThan(MIB / 512);
  }

  @Test
  void refusesATargetDeviceThatSomebodyHasOpenForWriting() throws Exception {
    Images.requireRoot();
    Path image = Images.random(folder.resolve("disk.img"), MIB, random);
    cli.json("volume", "add", "disk", image.toString());
    cli.json("snapshot", "create", "disk");
    Path behind = Images.random(folder.resolve("target.img"), 2 * MIB, random);
    String before = Images.hash(behind);
    String target = device(behind);

    try (RandomAccessFile _ = new RandomAccessFile(target, "rw")) {
      Cli.Outcome refused =
          cli.failure(3, "TARGET_IN_USE", "snapshot", "restore", "disk@latest", "--to", target);
      assertThat(refused.message()).contains(target, Long.toString(ProcessHandle.current().pid()));
    }
    assertThat(Images.hash(behind)).isEqualTo(before);
    cli.json("snapshot", "restore", "disk@latest", "--to", target);
    assertThat(sameBytes(image, Path.of(target), MIB)).isTrue();
  }

  @Test
  void takesABlockDeviceAndWritesOneThatWasNotEmpty() throws Exception {
    Images.requireRoot();
    Path image = fileSystem(64 * MIB);
    String source = device(image);
    cli.json("volume", "add", "disk", source);

    JsonNode made = cli.json("snapshot", "create", "disk");

    assertThat(made.path("consistency").asString()).isEqualTo("idle");
    assertThat(made.path("sizeBytes").asLong()).isEqualTo(64 * MIB);
    Path dirty = Images.random(folder.resolve("dirty.img"), 80 * MIB, random);
    String target = device(dirty);
    cli.json("snapshot", "restore", "disk@latest", "--to", target);
    assertThat(sameBytes(image, Path.of(target), 64 * MIB)).isTrue();

    String small = device(Images.sparse(folder.resolve("small.img"), 32 * MIB));
    cli.failure(3, "TARGET_TOO_SMALL", "snapshot", "restore", "disk@latest", "--to", small);
  }

  @Test
  void refusesWhatIsMounted() throws Exception {
    Images.requireRoot();
    Path image = fileSystem(64 * MIB);
    String device = device(image);
    cli.json("volume", "add", "disk", device);
    cli.json("snapshot", "create", "disk");
    Path mount = Files.createDirectory(folder.resolve("mount"));
    mount(device, mount);

    Cli.Outcome source = cli.failure(3, "SOURCE_IN_USE", "snapshot", "create", "disk");
    Cli.Outcome target =
        cli.failure(3, "TARGET_IN_USE", "snapshot", "restore", "disk@latest", "--to", device);

    assertThat(source.message()).contains(device, mount.toString(), "--allow-live");
    assertThat(target.message()).contains(device, mount.toString());
  }

  @Test
  void refusesAnImageThatIsOpenForWritingAndNamesWhoHasIt() throws Exception {
    Path image = Images.random(folder.resolve("disk.img"), MIB, random);
    cli.json("volume", "add", "disk", image.toString());
    try (RandomAccessFile _ = new RandomAccessFile(image.toFile(), "rw")) {
      Cli.Outcome refused = cli.failure(3, "SOURCE_IN_USE", "snapshot", "create", "disk");
      assertThat(refused.message())
          .contains(image.toString(), Long.toString(ProcessHandle.current().pid()), "--allow-live");
      assertThat(cli.json("snapshot", "list")).isEmpty();

      JsonNode live = cli.json("snapshot", "create", "disk", "--allow-live");
      assertThat(live.path("consistency").asString()).isEqualTo("live");
    }
    assertThat(cli.json("snapshot", "create", "disk").path("consistency").asString())
        .isEqualTo("idle");
  }

  @Test
  void failsWhenTheImageIsCutWhileItIsRead() throws Exception {
    Path image = Images.random(folder.resolve("disk.img"), 256 * MIB, random);
    cli.json("volume", "add", "disk", image.toString());
    Process create = cli.process("snapshot", "create", "disk", "--json").start();
    Running.awaitPacks(server, 1);

    // To open it waits until the reader has let go, as every writer does.
    try (RandomAccessFile writer = new RandomAccessFile(image.toFile(), "rw")) {
      writer.setLength(MIB);
    }

    Cli.Outcome outcome = Cli.await(create);
    assertThat(outcome.status()).as(outcome.out()).isNotZero();
    assertThat(outcome.message()).contains(image.toString());
    assertThat(cli.json("snapshot", "list").findValuesAsString("state")).doesNotContain("READY");
    assertThat(cli.json("snapshot", "create", "disk").path("sizeBytes").asLong()).isEqualTo(MIB);
  }

  @Test
  void leavesNothingOnATargetThatIsFull() throws Exception {
    Images.requireRoot();
    Path image = Images.random(folder.resolve("disk.img"), 40 * MIB, random);
    cli.json("volume", "add", "disk", image.toString());
    cli.json("snapshot", "create", "disk");
    Path mount = Files.createDirectory(folder.resolve("mount"));
    Images.run("mount", "-t", "tmpfs", "-o", "size=16m", "none", mount.toString());
    undo.push(new String[] {"umount", mount.toString()});

    Cli.Outcome outcome =
        cli.failure(
            1,
            "TARGET_FULL",
            "snapshot",
            "restore",
            "disk@latest",
            "--to",
            mount.resolve("restored.img").toString());

    assertThat(outcome.message()).contains(mount.toString());
    assertThat(mount).isEmptyDirectory();
  }

  private Path fileSystem(long sizeBytes) throws Exception {
    Path content = Files.createDirectory(folder.resolve("content"));
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(100_000)];
      random.nextBytes(bytes);
      Files.write(content.resolve("file-" + i), bytes);
    }
    return Images.ext4(folder.resolve("disk.img"), sizeBytes, content);
  }

  private String device(Path image) throws Exception {
    String device = Images.run("losetup", "--find", "--show", image.toString());
    undo.push(new String[] {"losetup", "-d", device});
    return device;
  }

  private void mount(String device, Path at) throws Exception {
    Images.run("mount", device, at.toString());
    undo.push(new String[] {"umount", at.toString()});
  }

  private static boolean sameBytes(Path one, Path other, long lengthBytes) throws Exception {
    try (var a = Files.newInputStream(one);
        var b = Files.newInputStream(other)) {
      for (long at = 0; at < lengthBytes; at += MIB) {
        if (!java.util.Arrays.equals(a.readNBytes((int) MIB), b.readNBytes((int) MIB))) {
          return false;
        }
      }
      return true;
    }
  }
}
