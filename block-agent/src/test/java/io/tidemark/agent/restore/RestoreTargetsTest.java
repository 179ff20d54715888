package io.tidemark.agent.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.system.Machine;
import io.tidemark.agent.system.Machine.LoopDevice;
import io.tidemark.agent.system.Machine.Mounted;
import io.tidemark.agent.system.Machine.Shell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreTargetsTest {
  @TempDir Path folder;

  private RestoreTarget fresh(Path path, long sizeBytes) throws TargetException {
    return RestoreTargets.open(path.toString(), Placement.FRESH, sizeBytes);
  }

  private RestoreTarget inPlace(Path path, long sizeBytes) throws TargetException {
    return RestoreTargets.open(path.toString(), Placement.IN_PLACE, sizeBytes);
  }

  /// Bytes of which about half lie in runs of zeroes, seldom on a boundary of anything.
  private static byte[] content(Random random, int sizeBytes) {
    byte[] content = new byte[sizeBytes];
    int at = 0;
    while (at < sizeBytes) {
      int end = Math.min(sizeBytes, at + 1 + random.nextInt(300_000));
      if (random.nextBoolean()) {
        byte[] run = new byte[end - at];
        random.nextBytes(run);
        System.arraycopy(run, 0, content, at, run.length);
      }
      at = end;
    }
    return content;
  }

  private static Random random() {
    long seed = Long.getLong("tidemark.seed", System.nanoTime());
    System.out.println("RestoreTargetsTest seed " + seed);
    return new Random(seed);
  }

  /// Gives `content` in pieces of `pieceBytes`, zero ones as such, out of order by four threads.
  private static void fill(RestoreTarget target, byte[] content, int pieceBytes, Random random)
      throws Exception {
    List<Callable<Void>> pieces = new ArrayList<>();
    for (int at = 0; at < content.length; at += pieceBytes) {
      int from = at;
      int to = Math.min(content.length, at + pieceBytes);
      pieces.add(
          () -> {
            byte[] piece = Arrays.copyOfRange(content, from, to);
            if (Arrays.equals(piece, new byte[piece.length])) {
              target.zero(from, piece.length);
            } else if (from % 3 == 0) {
              target.write(from, ByteBuffer.wrap(piece));
            } else {
              target.write(from, ByteBuffer.allocateDirect(piece.length).put(piece).flip());
            }
            return null;
          });
    }
    if (target.order() == RestoreTarget.Order.ANY) {
      Collections.shuffle(pieces, random);
      try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
        for (Future<Void> done : threads.invokeAll(pieces)) {
          done.get();
        }
      }
    } else {
      for (Callable<Void> piece : pieces) {
        piece.call();
      }
    }
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static long allocatedBytes(Path path) {
    return 512 * Long.parseLong(Machine.run("stat", "-c", "%b", path.toString()));
  }

  // ---- new files

  @Test
  void makesANewSparseFile() throws Exception {
    Random random = random();
    byte[] content = content(random, (6 << 20) + 1234);
    Path path = folder.resolve("restored");
    try (RestoreTarget target = fresh(path, content.length)) {
      assertThat(target.present()).isEmpty();
      fill(target, content, 32 << 10, random);
      assertThat(path).doesNotExist();
      target.finish();
    }
    assertThat(path).hasBinaryContent(content);
    assertThat(left()).containsExactly(path);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void takesNoSpaceForZeroes() throws IOException {
    Path path = folder.resolve("restored");
    long sizeBytes = (1L << 40) + 1;
    try (RestoreTarget target = fresh(path, sizeBytes)) {
      target.zero(0, sizeBytes);
      assertThat(target.writtenBytes()).isZero();
      target.finish();
    }
    assertThat(path).hasSize(sizeBytes);
    assertThat(allocatedBytes(path)).isZero();
  }

  @Test
  void makesAnEmptyFile() throws IOException {
    Path path = folder.resolve("restored");
    try (RestoreTarget target = fresh(path, 0)) {
      target.finish();
    }
    assertThat(path).isEmptyFile();
  }

  @Test
  void leavesNothingWhenGivenUp() throws IOException {
    try (RestoreTarget target = fresh(folder.resolve("restored"), 10_000)) {
      target.write(0, ByteBuffer.allocate(10_000));
      assertThat(left()).hasSize(1);
    }
    assertThat(left()).isEmpty();
  }

  @Test
  void refusesAPathWhereSomethingIs() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    assertThatThrownBy(() -> fresh(file, 5))
        .isInstanceOf(TargetException.Exists.class)
        .hasMessageContaining("exists already and was left as it is")
        .hasMessageContaining("--in-place");
    assertThat(file).hasContent("mine");
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("none"));
    assertThatThrownBy(() -> fresh(dangling, 5)).isInstanceOf(TargetException.Exists.class);
    assertThatThrownBy(() -> fresh(folder, 5))
        .isInstanceOf(TargetException.NotATarget.class)
        .hasMessageContaining("is a folder");
    assertThatThrownBy(() -> fresh(Path.of("/dev/null"), 5))
        .isInstanceOf(TargetException.NotATarget.class);
    assertThat(left()).containsExactlyInAnyOrder(file, dangling);
  }

  @Test
  void leavesAFileThatSomebodyMadeMeanwhile() throws IOException {
    Path path = folder.resolve("restored");
    try (RestoreTarget target = fresh(path, 5)) {
      target.write(0, ByteBuffer.wrap("bytes".getBytes(UTF_8)));
      Files.writeString(path, "theirs");
      assertThatThrownBy(target::finish).isInstanceOf(TargetException.Exists.class);
    }
    assertThat(path).hasContent("theirs");
    assertThat(left()).containsExactly(path);
  }

  @Test
  void saysWhatIsWrongWithAPath() throws IOException {
    assertThatThrownBy(() -> fresh(folder.resolve("none/restored"), 5))
        .isInstanceOf(TargetException.NotFound.class)
        .hasMessageContaining("its folder " + folder.resolve("none") + " does not exist");
    Path file = Files.writeString(folder.resolve("file"), "mine");
    assertThatThrownBy(() -> fresh(file.resolve("restored"), 5))
        .isInstanceOf(TargetException.NotFound.class);
    assertThatThrownBy(() -> fresh(folder.resolve("x".repeat(300)), 5))
        .isInstanceOf(TargetException.NotATarget.class)
        .hasMessageContaining("too long");
    assertThatThrownBy(() -> RestoreTargets.open("a\0b", Placement.FRESH, 5))
        .isInstanceOf(TargetException.NotATarget.class);
    assertThatThrownBy(() -> inPlace(folder.resolve("none"), 5))
        .isInstanceOf(TargetException.NotFound.class);
  }

  @Test
  void takesTheLongestNames() throws IOException {
    Path path = folder.resolve("x".repeat(255));
    try (RestoreTarget target = fresh(path, 3)) {
      target.zero(0, 3);
      target.finish();
    }
    assertThat(path).hasSize(3);
  }

  @Test
  void removesWhatAKilledRestoreLeftAndNothingElse() throws IOException {
    Path path = folder.resolve("restored");
    Path leftover = Files.writeString(folder.resolve(".restored.tidemark-1"), "half");
    Path locked = Files.writeString(folder.resolve(".restored.tidemark-2"), "half");
    Path link = Files.createSymbolicLink(folder.resolve(".restored.tidemark-3"), leftover);
    try (Shell _ = Shell.start("exec 3<>\"$1\"; flock -n 3 && echo ready; read line", locked);
        RestoreTarget one = fresh(path, 3);
        RestoreTarget two = fresh(path, 3)) {
      one.zero(0, 3);
      two.zero(0, 3);
      one.finish();
      assertThatThrownBy(two::finish).isInstanceOf(TargetException.Exists.class);
    }
    assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(left()).containsExactlyInAnyOrder(path, locked, link);
  }

  @Test
  void leavesNothingOnAFullFileSystem() throws IOException {
    Machine.needsRootAnd("losetup", "mkfs.ext4");
    Path host = folder.resolve("host");
    try (RandomAccessFile file = new RandomAccessFile(host.toFile(), "rw")) {
      file.setLength(16 << 20);
    }
    Machine.run("mkfs.ext4", "-q", "-F", host.toString());
    try (LoopDevice loop = LoopDevice.attach(host);
        Mounted mounted = Mounted.mount(folder.resolve("small"), loop.node().toString())) {
      Path path = mounted.folder().resolve("restored");
      ByteBuffer piece = ByteBuffer.allocateDirect(1 << 20);
      try (RestoreTarget target = fresh(path, 64 << 20)) {
        assertThatThrownBy(
                () -> {
                  for (long at = 0; at < 64 << 20; at += piece.capacity()) {
                    target.write(at, piece.clear());
                  }
                  target.finish();
                })
            .isInstanceOf(TargetException.Full.class)
            .hasMessageStartingWith(path + ": no room is left")
            .hasMessageContaining("Nothing was left behind");
      }
      try (Stream<Path> files = Files.list(mounted.folder())) {
        assertThat(files.map(it -> it.getFileName().toString())).containsExactly("lost+found");
      }
      assertThatThrownBy(() -> fresh(path, Long.MAX_VALUE))
          .isInstanceOf(TargetException.Full.class)
          .hasMessageContaining("no files of that size");
      Prospect prospect = RestoreTargets.look(path.toString(), Placement.FRESH, 64 << 20);
      prospect.requireRoom(1 << 20);
      assertThatThrownBy(() -> prospect.requireRoom(64 << 20))
          .isInstanceOf(TargetException.Full.class)
          .hasMessageStartingWith(path + ": has too little room");
      Machine.run("mount", "-o", "remount,ro", mounted.folder().toString());
      assertThatThrownBy(() -> fresh(path, 10)).isInstanceOf(TargetException.Denied.class);
      assertThatThrownBy(() -> RestoreTargets.look(path.toString(), Placement.FRESH, 10))
          .isInstanceOf(TargetException.Denied.class);
    }
  }

  @Test
  void keepsCountForItsCaller() throws IOException {
    try (RestoreTarget target = fresh(folder.resolve("restored"), 100)) {
      assertThatThrownBy(() -> target.write(99, ByteBuffer.allocate(2)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> target.zero(-1, 2)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  // ---- block devices

  private Path dirtyImage(int sizeBytes) throws IOException {
    byte[] dirt = new byte[sizeBytes];
    Arrays.fill(dirt, (byte) 0xa5);
    return Files.write(folder.resolve("image"), dirt);
  }

  @Test
  void writesADirtyDeviceFromEndToEnd() throws Exception {
    Machine.needsRootAnd("losetup");
    Random random = random();
    byte[] content = content(random, (6 << 20) + 1234);
    Path image = dirtyImage(8 << 20);
    try (LoopDevice loop = LoopDevice.attach(image)) {
      try (RestoreTarget target = fresh(loop.node(), content.length)) {
        assertThat(target.remarks())
            .singleElement()
            .asString()
            .contains("its last " + ((8 << 20) - content.length) + " bytes stay as they are");
        fill(target, content, 32 << 10, random);
        target.finish();
        assertThat(target.writtenBytes()).isEqualTo(content.length);
      }
    }
    byte[] written = Files.readAllBytes(image);
    assertThat(Arrays.copyOf(written, content.length)).isEqualTo(content);
    for (int at = content.length; at < written.length; at++) {
      assertThat(written[at]).isEqualTo((byte) 0xa5);
    }
  }

  @Test
  void zeroesWithoutTakingSpaceWhereTheDeviceCan() throws IOException {
    Machine.needsRootAnd("losetup");
    Path image = dirtyImage(8 << 20);
    try (LoopDevice loop = LoopDevice.attach(image);
        RestoreTarget target = fresh(loop.node(), 8 << 20)) {
      target.zero(0, 8 << 20);
      target.finish();
    }
    assertThat(image).hasBinaryContent(new byte[8 << 20]);
    assertThat(allocatedBytes(image)).isLessThan(1 << 20);
  }

  @Test
  void refusesADeviceThatIsTooSmall() throws IOException {
    Machine.needsRootAnd("losetup");
    Path image = dirtyImage(1 << 20);
    try (LoopDevice loop = LoopDevice.attach(image)) {
      for (Placement placement : Placement.values()) {
        assertThatThrownBy(
                () -> RestoreTargets.look(loop.node().toString(), placement, (1 << 20) + 1))
            .isInstanceOf(TargetException.TooSmall.class);
        assertThat(RestoreTargets.look(loop.node().toString(), placement, 5).remarks())
            .contains(
                "The device is larger than the snapshot: its last 1048571 bytes stay as they are.");
        assertThatThrownBy(
                () -> RestoreTargets.open(loop.node().toString(), placement, (1 << 20) + 1))
            .isInstanceOf(TargetException.TooSmall.class)
            .hasMessage(
                loop.node()
                    + ": has 1048576 bytes, the snapshot 1048577. Nothing was written. Restore to a"
                    + " device of that size or to a new file.");
      }
    }
  }

  @Test
  void refusesADeviceInUse() throws IOException {
    Machine.needsRootAnd("losetup", "mkfs.ext4");
    Path image = dirtyImage(8 << 20);
    Machine.run("mkfs.ext4", "-q", "-F", image.toString());
    try (LoopDevice loop = LoopDevice.attach(image)) {
      for (Placement placement : Placement.values()) {
        Path point = folder.resolve("mount");
        try (Mounted _ = Mounted.mount(point, loop.node().toString())) {
          assertThatThrownBy(() -> RestoreTargets.open(loop.node().toString(), placement, 5))
              .isInstanceOf(TargetException.InUse.class)
              .hasMessageContaining("mounted at " + point);
          assertThatThrownBy(() -> RestoreTargets.look(loop.node().toString(), placement, 5))
              .isInstanceOf(TargetException.InUse.class)
              .hasMessageContaining("mounted at " + point);
        }
        try (Shell writer = Shell.writerOf(loop.node())) {
          assertThatThrownBy(() -> RestoreTargets.open(loop.node().toString(), placement, 5))
              .isInstanceOf(TargetException.InUse.class)
              .hasMessageContaining("process " + writer.pid());
          assertThatThrownBy(() -> RestoreTargets.look(loop.node().toString(), placement, 5))
              .isInstanceOf(TargetException.InUse.class)
              .hasMessageContaining("process " + writer.pid());
        }
      }
    }
  }

  @Test
  void refusesAReadOnlyDevice() throws IOException {
    Machine.needsRootAnd("losetup");
    try (LoopDevice loop = LoopDevice.attach(dirtyImage(1 << 20), "--read-only")) {
      assertThatThrownBy(() -> fresh(loop.node(), 5)).isInstanceOf(TargetException.Denied.class);
      assertThatThrownBy(() -> RestoreTargets.look(loop.node().toString(), Placement.FRESH, 5))
          .isInstanceOf(TargetException.Denied.class);
    }
  }

  // ---- in place

  @Test
  void writesOnlyWhatDiffersInAFile() throws Exception {
    Random random = random();
    for (int change : List.of(-300_000, 0, 300_000)) {
      byte[] content = content(random, (6 << 20) + 1234);
      byte[] old = Arrays.copyOf(content, content.length + change);
      for (int i = 0; i < 10; i++) {
        old[random.nextInt(content.length - 300_000)] ^= 0x5a;
      }
      Path path = Files.write(folder.resolve("file"), old);
      try (RestoreTarget target = inPlace(path, content.length)) {
        fill(target, content, 32 << 10, random);
        target.finish();
        assertThat(target.writtenBytes()).isLessThanOrEqualTo(300_000 + 11 * 4096);
      }
      assertThat(path).hasBinaryContent(content);
    }
  }

  @Test
  void showsWhatIsThere() throws IOException {
    Path path = Files.writeString(folder.resolve("file"), "abc");
    try (RestoreTarget target = inPlace(path, 5)) {
      ByteBuffer there = ByteBuffer.allocateDirect(5);
      target.present().orElseThrow().read(0, there);
      assertThat(there.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {'a', 'b', 'c', 0, 0}));
      target.finish();
    }
    assertThat(path).hasBinaryContent(new byte[] {'a', 'b', 'c', 0, 0});
  }

  @Test
  void makesHolesWhereAFileBecomesZero() throws IOException {
    Path path = dirtyImage(4 << 20);
    try (RestoreTarget target = inPlace(path, 4 << 20)) {
      target.zero(0, 4 << 20);
      target.finish();
    }
    assertThat(path).hasBinaryContent(new byte[4 << 20]);
    assertThat(allocatedBytes(path)).isZero();
  }

  @Test
  void writesOnlyWhatDiffersOnADevice() throws Exception {
    Machine.needsRootAnd("losetup");
    Random random = random();
    byte[] content = content(random, (6 << 20) + 1234);
    byte[] old = Arrays.copyOf(content, 8 << 20);
    Arrays.fill(old, content.length, old.length, (byte) 0xa5);
    for (int i = 0; i < 10; i++) {
      old[random.nextInt(content.length)] ^= 0x5a;
    }
    Path image = Files.write(folder.resolve("image"), old);
    try (LoopDevice loop = LoopDevice.attach(image);
        RestoreTarget target = inPlace(loop.node(), content.length)) {
      fill(target, content, 32 << 10, random);
      target.finish();
      assertThat(target.writtenBytes()).isBetween(1L, 10 * 4096L);
    }
    System.arraycopy(content, 0, old, 0, content.length);
    assertThat(image).hasBinaryContent(old);
  }

  @Test
  void saysHowToRestoreWhereNothingIsToCompareWith() throws IOException {
    Path missing = folder.resolve("missing");
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), missing);
    for (Path path : List.of(missing, dangling, folder.resolve("no-folder").resolve("file"))) {
      assertThatThrownBy(() -> inPlace(path, 5))
          .isInstanceOf(TargetException.NotFound.class)
          .hasMessageContaining("Leave out --in-place");
      assertThatThrownBy(() -> RestoreTargets.look(path.toString(), Placement.IN_PLACE, 5))
          .isInstanceOf(TargetException.NotFound.class)
          .hasMessageContaining("Leave out --in-place");
    }
    assertThat(missing).doesNotExist();
  }

  @Test
  void refusesAFileInUse() throws IOException {
    Path path = Files.writeString(folder.resolve("file"), "mine");
    try (Shell reader = Shell.readerOf(path)) {
      assertThatThrownBy(() -> inPlace(path, 5))
          .isInstanceOf(TargetException.InUse.class)
          .hasMessageContaining("process " + reader.pid() + " (sh, open for reading)");
      assertThatThrownBy(() -> RestoreTargets.look(path.toString(), Placement.IN_PLACE, 5))
          .isInstanceOf(TargetException.InUse.class)
          .hasMessageContaining("process " + reader.pid() + " (sh, open for reading)");
    }
    assertThat(RestoreTargets.look(path.toString(), Placement.IN_PLACE, 5).kind())
        .isEqualTo(Prospect.Kind.IN_PLACE);
    assertThat(path).hasContent("mine");
  }

  @Test
  void stopsWhenSomebodyOpensTheFileMeanwhile() throws IOException {
    Path path = Files.writeString(folder.resolve("file"), "mine");
    try (RestoreTarget target = inPlace(path, 4)) {
      try (Shell reader = Shell.readerOf(path)) {
        assertThatThrownBy(() -> target.write(0, ByteBuffer.allocate(4)))
            .isInstanceOf(TargetException.Disturbed.class)
            .hasMessageContaining("process " + reader.pid())
            .hasMessageContaining("run the same restore again");
      }
      assertThatThrownBy(target::finish).isInstanceOf(TargetException.Disturbed.class);
    }
    assertThat(path).hasContent("mine");
  }

  // ---- standard output

  @Test
  void streamsInOrder() throws Exception {
    Random random = random();
    byte[] content = content(random, (3 << 20) + 77);
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    try (RestoreTarget target = new StreamTarget(Channels.newChannel(received), content.length)) {
      assertThat(target.order()).isEqualTo(RestoreTarget.Order.SEQUENTIAL);
      assertThatThrownBy(() -> target.write(1, ByteBuffer.allocate(1)))
          .isInstanceOf(IllegalArgumentException.class);
      fill(target, content, 32 << 10, random);
      target.finish();
    }
    assertThat(received.toByteArray()).isEqualTo(content);
  }

  @Test
  void saysHowMuchAClosedPipeTook() throws IOException {
    Pipe pipe = Pipe.open();
    try (RestoreTarget target = new StreamTarget(pipe.sink(), 1 << 20)) {
      target.zero(0, 4096);
      pipe.source().close();
      assertThatThrownBy(() -> target.zero(4096, 4096))
          .isInstanceOf(TargetException.Failed.class)
          .hasMessageContaining("took only 4096 of 1048576 bytes");
      assertThatThrownBy(target::finish).isInstanceOf(IllegalStateException.class);
    }
    pipe.sink().close();
  }

  @Test
  void refusesToCompareWithStandardOutput() {
    assertThatThrownBy(() -> RestoreTargets.open("-", Placement.IN_PLACE, 5))
        .isInstanceOf(TargetException.NotATarget.class);
  }
}
