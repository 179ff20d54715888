package io.tidemark.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.agent.system.FileLease;
import io.tidemark.agent.system.Holder;
import io.tidemark.agent.system.Machine;
import io.tidemark.agent.system.Machine.LoopDevice;
import io.tidemark.agent.system.Machine.Mounted;
import io.tidemark.agent.system.Machine.Shell;
import io.tidemark.agent.system.OpenFile;
import io.tidemark.repository.journal.Consistency;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  @TempDir Path folder;
  private final Sources sources = new Sources(() -> NOW);

  private VolumeView open(Path path) throws SourceException {
    return sources.open(path, LiveConsent.REFUSE_LIVE);
  }

  private Path image(int sizeBytes) throws IOException {
    byte[] content = new byte[sizeBytes];
    new Random(sizeBytes).nextBytes(content);
    return Files.write(folder.resolve("image"), content);
  }

  private static ByteBuffer readAll(VolumeView view) throws SourceException {
    ByteBuffer all = ByteBuffer.allocateDirect((int) view.sizeBytes());
    view.read(0, all);
    assertThat(all.hasRemaining()).isFalse();
    return all.flip();
  }

  private static List<Extent> extentsOf(VolumeView view) throws SourceException {
    List<Extent> extents = new ArrayList<>();
    Optional<Extent> next = view.nextData(0);
    while (next.isPresent()) {
      extents.add(next.get());
      next = view.nextData(next.get().endBytes());
    }
    return extents;
  }

  // ---- idle files

  @Test
  void readsAnIdleFileOfOddSize() throws IOException {
    Path image = image(1_000_003);
    try (VolumeView view = open(image)) {
      assertThat(view.sizeBytes()).isEqualTo(1_000_003);
      assertThat(view.consistency()).isEqualTo(Consistency.IDLE);
      assertThat(view.instant()).isEqualTo(NOW);
      assertThat(view.remarks()).isEmpty();
      assertThat(readAll(view)).isEqualTo(ByteBuffer.wrap(Files.readAllBytes(image)));
      ByteBuffer tail = ByteBuffer.allocateDirect(3);
      view.read(1_000_000, tail);
      assertThatThrownBy(() -> view.read(1_000_001, tail.clear()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(extentsOf(view))
          .isNotEmpty()
          .last()
          .extracting(Extent::endBytes)
          .isEqualTo(1_000_003L);
      view.confirm();
    }
  }

  @Test
  void readsAnEmptyFile() throws IOException {
    try (VolumeView view = open(Files.createFile(folder.resolve("empty")))) {
      assertThat(view.sizeBytes()).isZero();
      view.read(0, ByteBuffer.allocateDirect(0));
      assertThat(view.nextData(0)).isEmpty();
      view.confirm();
    }
  }

  @Test
  void followsSymbolicLinks() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), image(4096));
    try (VolumeView view = open(link)) {
      assertThat(view.sizeBytes()).isEqualTo(4096);
      view.confirm();
    }
  }

  @Test
  void takesAFileThatOthersOnlyRead() throws IOException {
    Path image = image(4096);
    try (Shell _ = Shell.readerOf(image);
        VolumeView view = open(image);
        Shell _ = Shell.readerOf(image)) {
      readAll(view);
      view.confirm();
    }
  }

  @Test
  void refusesAFileOpenForWritingAndNamesTheProcessAndTheWaysOut() throws IOException {
    Path image = image(4096);
    try (Shell writer = Shell.writerOf(image)) {
      var refusal = catchThrowableOfType(SourceException.InUse.class, () -> open(image));
      assertThat(refusal)
          .hasMessageContaining(image.toString())
          .hasMessageContaining("process " + writer.pid() + " (sh, open for writing)")
          .hasMessageContaining("--allow-live");
      assertThat(refusal.holders())
          .containsExactly(new Holder.RunningProcess(writer.pid(), "sh", Holder.Access.WRITE));
      assertThat(refusal.waysOut()).hasSize(6);
    }
    open(image).close();
  }

  @Test
  void refusesAFileShownByALoopDevice() throws IOException {
    Machine.needsRootAnd("losetup", "mkfs.ext4");
    Path image = image(8 << 20);
    Machine.run("mkfs.ext4", "-q", "-F", image.toString());
    try (LoopDevice loop = LoopDevice.attach(image);
        Mounted mounted = Mounted.mount(folder.resolve("mount"), loop.node().toString())) {
      assertThatThrownBy(() -> open(image))
          .isInstanceOf(SourceException.InUse.class)
          .hasMessageContaining("loop device " + loop.node())
          .hasMessageContaining("mounted at " + mounted.folder());
    }
    open(image).close();
  }

  @Test
  void takesAFileShownReadOnlyByALoopDevice() throws IOException {
    Machine.needsRootAnd("losetup");
    Path image = image(1 << 20);
    try (LoopDevice _ = LoopDevice.attach(image, "--read-only");
        VolumeView view = open(image)) {
      view.confirm();
    }
  }

  @Test
  void failsWhenAWriterComesWhileItIsRead() throws IOException {
    Path image = image(1 << 20);
    try (VolumeView view = open(image)) {
      readAll(view);
      // Ready only once its open went through, so the lease was given back without our help.
      try (Shell writer = Shell.writerOf(image)) {
        assertThatThrownBy(() -> readAll(view))
            .isInstanceOf(SourceException.Changed.class)
            .hasMessageContaining("process " + writer.pid());
      }
      assertThatThrownBy(view::confirm)
          .isInstanceOf(SourceException.Changed.class)
          .hasMessageContaining("opened for writing while it was read")
          .hasMessageContaining("--allow-live");
    }
  }

  @Test
  void failsWhenTheFileIsCutWhileItIsRead() throws IOException {
    Path image = image(1 << 20);
    try (VolumeView view = open(image)) {
      Machine.run("sh", "-c", ": >\"$1\"", "sh", image.toString());
      assertThatThrownBy(() -> readAll(view)).isInstanceOf(SourceException.Changed.class);
      assertThatThrownBy(view::confirm).isInstanceOf(SourceException.Changed.class);
    }
  }

  @Test
  void failsWhenTheFileIsReplacedWhileItIsRead() throws IOException {
    Path image = image(4096);
    try (VolumeView view = open(image)) {
      Path other = Files.write(folder.resolve("other"), new byte[4096]);
      Files.move(other, image, StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(view::confirm)
          .isInstanceOf(SourceException.Changed.class)
          .hasMessageContaining("replaced by another file");
    }
  }

  @Test
  void failsWhenTheFileIsRemovedWhileItIsRead() throws IOException {
    Path image = image(4096);
    try (VolumeView view = open(image)) {
      Files.delete(image);
      readAll(view);
      assertThatThrownBy(view::confirm)
          .isInstanceOf(SourceException.Changed.class)
          .hasMessageContaining("removed or renamed");
    }
  }

  @Test
  void refusesAFileSystemWithoutLeases() throws IOException {
    // A folder stands for one: the kernel has no lease for it.
    Sources without =
        new Sources(
            () -> NOW,
            _ -> {
              try (OpenFile other = OpenFile.open(folder, Set.of())) {
                return FileLease.tryTake(other, FileLease.Kind.READ);
              }
            });
    Path image = image(4096);
    assertThatThrownBy(() -> without.open(image, LiveConsent.REFUSE_LIVE))
        .isInstanceOf(SourceException.InUse.class)
        .hasMessageContaining("without leases")
        .hasMessageContaining("--allow-live");
    without.open(image, LiveConsent.ALLOW_LIVE).close();
  }

  @Test
  void servesSeveralThreadsAndAnInterruptOfOneHarmsNoOther() throws Exception {
    Path image = image(4 << 20);
    ByteBuffer wanted = ByteBuffer.wrap(Files.readAllBytes(image));
    try (VolumeView view = open(image);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Boolean>> reads = new ArrayList<>();
      for (int piece = 0; piece < 64; piece++) {
        int offset = piece << 16;
        reads.add(
            () -> {
              if (offset % 5 == 0) {
                Thread.currentThread().interrupt();
              }
              ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
              view.read(offset, buffer);
              boolean _ = Thread.interrupted();
              return buffer.flip().equals(wanted.slice(offset, 1 << 16));
            });
      }
      for (Future<Boolean> read : threads.invokeAll(reads)) {
        assertThat(read.get()).isTrue();
      }
      view.confirm();
    }
  }

  // ---- holes

  @Test
  void skipsHolesAndSeesAllData() throws IOException {
    long seed = Long.getLong("tidemark.seed", System.nanoTime());
    System.out.println("SourcesTest seed " + seed);
    Random random = new Random(seed);
    Path image = folder.resolve("sparse");
    int sizeBytes = (8 << 20) + random.nextInt(8192);
    byte[] content = new byte[sizeBytes];
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(sizeBytes);
      for (int i = 0; i < 20; i++) {
        byte[] run = new byte[1 + random.nextInt(100_000)];
        random.nextBytes(run);
        int offset = random.nextInt(sizeBytes - run.length);
        System.arraycopy(run, 0, content, offset, run.length);
        file.seek(offset);
        file.write(run);
      }
    }
    try (VolumeView view = open(image)) {
      ByteBuffer found = ByteBuffer.allocateDirect(sizeBytes);
      long end = 0;
      for (Extent extent : extentsOf(view)) {
        assertThat(extent.offsetBytes()).isGreaterThanOrEqualTo(end);
        end = extent.endBytes();
        view.read(
            extent.offsetBytes(),
            found.slice((int) extent.offsetBytes(), (int) extent.lengthBytes()));
      }
      assertThat(end).isLessThanOrEqualTo(sizeBytes);
      assertThat(found).as("seed " + seed).isEqualTo(ByteBuffer.wrap(content));
    }
  }

  @Test
  void findsTheDataInSixteenTebibytesOfHoles() throws IOException {
    Machine.needsRootAnd("losetup", "mkfs.xfs");
    Path host = folder.resolve("host");
    try (RandomAccessFile file = new RandomAccessFile(host.toFile(), "rw")) {
      file.setLength(512 << 20);
    }
    Machine.run("mkfs.xfs", "-q", host.toString());
    long sizeBytes = 16L << 40;
    try (LoopDevice loop = LoopDevice.attach(host);
        Mounted mounted = Mounted.mount(folder.resolve("xfs"), loop.node().toString())) {
      Path image = mounted.folder().resolve("image");
      long[] marks = {0, (5L << 40) + 4096, sizeBytes - 8};
      try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
        file.setLength(sizeBytes);
        for (long mark : marks) {
          file.seek(mark);
          file.writeLong(~mark);
        }
      }
      try (VolumeView view = open(image)) {
        assertThat(view.sizeBytes()).isEqualTo(sizeBytes);
        List<Extent> extents = extentsOf(view);
        assertThat(extents).hasSize(3);
        for (int i = 0; i < marks.length; i++) {
          long mark = marks[i];
          assertThat(extents.get(i).offsetBytes()).isLessThanOrEqualTo(mark);
          assertThat(extents.get(i).endBytes()).isGreaterThanOrEqualTo(mark + 8);
          ByteBuffer bytes = ByteBuffer.allocateDirect(8).order(ByteOrder.BIG_ENDIAN);
          view.read(mark, bytes);
          assertThat(bytes.getLong(0)).isEqualTo(~mark);
        }
        view.confirm();
      }
    }
  }

  // ---- block devices

  @Test
  void readsAnIdleBlockDevice() throws IOException {
    Machine.needsRootAnd("losetup");
    Path image = image((1 << 20) + 512);
    try (LoopDevice loop = LoopDevice.attach(image)) {
      try (VolumeView view = open(loop.node())) {
        assertThat(view.sizeBytes()).isEqualTo((1 << 20) + 512);
        assertThat(view.consistency()).isEqualTo(Consistency.IDLE);
        assertThat(readAll(view)).isEqualTo(ByteBuffer.wrap(Files.readAllBytes(image)));
        assertThat(extentsOf(view)).containsExactly(new Extent(0, (1 << 20) + 512));
        view.confirm();
      }
    }
  }

  @Test
  void refusesAMountedDeviceAndKeepsMountsOutWhileItReads() throws IOException {
    Machine.needsRootAnd("losetup", "mkfs.ext4");
    Path image = image(8 << 20);
    Machine.run("mkfs.ext4", "-q", "-F", image.toString());
    try (LoopDevice loop = LoopDevice.attach(image)) {
      Path point = folder.resolve("mount");
      try (Mounted _ = Mounted.mount(point, loop.node().toString())) {
        assertThatThrownBy(() -> open(loop.node()))
            .isInstanceOf(SourceException.InUse.class)
            .hasMessageContaining("mounted at " + point);
      }
      try (VolumeView view = open(loop.node())) {
        assertThatThrownBy(() -> Mounted.mount(point, loop.node().toString()))
            .hasMessageContaining("already mounted or");
        view.confirm();
      }
    }
  }

  @Test
  void refusesADiskWithAMountedPartition() throws IOException {
    Machine.needsRootAnd("losetup", "mkfs.ext4", "addpart", "delpart");
    try (LoopDevice loop = LoopDevice.attach(image(10 << 20))) {
      Machine.run("addpart", loop.node().toString(), "1", "2048", "16384");
      try {
        refusesDiskWhilePartitionIsUsed(loop.node(), Path.of(loop.node() + "p1"));
      } finally {
        // It would outlive the loop device and be in the way of the next one.
        Machine.run("delpart", loop.node().toString(), "1");
      }
    }
  }

  private void refusesDiskWhilePartitionIsUsed(Path disk, Path partition) throws IOException {
    open(partition).close();
    open(disk).close();
    Machine.run("mkfs.ext4", "-q", "-F", partition.toString());
    Path point = folder.resolve("mount");
    try (Mounted _ = Mounted.mount(point, partition.toString())) {
      assertThatThrownBy(() -> open(disk))
          .isInstanceOf(SourceException.InUse.class)
          .hasMessageContaining("mounted at " + point + " from " + partition);
      assertThatThrownBy(() -> open(partition)).isInstanceOf(SourceException.InUse.class);
    }
    try (Shell writer = Shell.writerOf(partition)) {
      assertThatThrownBy(() -> open(disk))
          .isInstanceOf(SourceException.InUse.class)
          .hasMessageContaining("process " + writer.pid());
    }
  }

  @Test
  void refusesADeviceOpenForWritingBeforeOrAfter() throws IOException {
    Machine.needsRootAnd("losetup");
    try (LoopDevice loop = LoopDevice.attach(image(1 << 20))) {
      try (Shell writer = Shell.writerOf(loop.node())) {
        assertThatThrownBy(() -> open(loop.node()))
            .isInstanceOf(SourceException.InUse.class)
            .hasMessageContaining("process " + writer.pid());
      }
      try (VolumeView view = open(loop.node());
          Shell writer = Shell.writerOf(loop.node())) {
        readAll(view);
        assertThatThrownBy(view::confirm)
            .isInstanceOf(SourceException.InUse.class)
            .hasMessageContaining("process " + writer.pid());
      }
      try (Shell _ = Shell.readerOf(loop.node());
          VolumeView view = open(loop.node())) {
        view.confirm();
      }
    }
  }

  @Test
  void noticesAWriterThatCameAndWentWhileADeviceWasRead() throws IOException {
    Machine.needsRootAnd("losetup");
    try (LoopDevice loop = LoopDevice.attach(image(1 << 20))) {
      Machine.run("dd", "if=/dev/zero", "of=" + loop.node(), "bs=4096", "count=1", "conv=notrunc");
      try (VolumeView view = open(loop.node())) {
        view.confirm();
        Machine.run(
            "dd",
            "if=/dev/zero",
            "of=" + loop.node(),
            "bs=4096",
            "count=1",
            "seek=9",
            "conv=notrunc");
        assertThatThrownBy(view::confirm)
            .isInstanceOf(SourceException.Changed.class)
            .hasMessageContaining("by a process that is gone");
      }
    }
  }

  @Test
  void noticesADeviceThatChangesItsSize() throws IOException {
    Machine.needsRootAnd("losetup");
    Path image = image(1 << 20);
    try (LoopDevice loop = LoopDevice.attach(image);
        VolumeView view = open(loop.node())) {
      try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
        file.setLength(2 << 20);
      }
      Machine.run("losetup", "--set-capacity", loop.node().toString());
      assertThatThrownBy(view::confirm)
          .isInstanceOf(SourceException.Changed.class)
          .hasMessageContaining("changed its size");
    }
  }

  // ---- live

  @Test
  void takesWhatIsInUseWhenAllowedAndSaysLive() throws IOException {
    Path image = image(1 << 20);
    try (Shell _ = Shell.writerOf(image);
        VolumeView view = sources.open(image, LiveConsent.ALLOW_LIVE)) {
      assertThat(view.consistency()).isEqualTo(Consistency.LIVE);
      assertThat(view.remarks()).hasSize(1);
      readAll(view);
      view.confirm();
    }
    try (VolumeView view = sources.open(image, LiveConsent.ALLOW_LIVE)) {
      assertThat(view.consistency()).isEqualTo(Consistency.LIVE);
    }
  }

  @Test
  void namesTheRangeWhenALiveFileIsCut() throws IOException {
    Path image = image(1 << 20);
    try (VolumeView view = sources.open(image, LiveConsent.ALLOW_LIVE)) {
      Machine.run("truncate", "-s", "1000", image.toString());
      assertThatThrownBy(() -> readAll(view))
          .isInstanceOf(SourceException.Changed.class)
          .hasMessageContaining("was cut to at most 1000 bytes while it was read; it had 1048576");
    }
  }

  @Test
  void showsWhatAMountedFileSystemWroteSinceTheLastLiveRead() throws IOException {
    Machine.needsRootAnd("losetup", "mkfs.ext4");
    Path image = image(8 << 20);
    Machine.run("mkfs.ext4", "-q", "-F", "-b", "4096", image.toString());
    try (LoopDevice loop = LoopDevice.attach(image);
        Mounted mounted = Mounted.mount(folder.resolve("mount"), loop.node().toString())) {
      for (int round = 0; round < 3; round++) {
        byte[] content = new byte[4096];
        new Random(round).nextBytes(content);
        Files.write(mounted.folder().resolve("file"), content);
        Machine.run("sync", "-f", mounted.folder().toString());
        try (VolumeView view = sources.open(loop.node(), LiveConsent.ALLOW_LIVE)) {
          assertThat(pages(readAll(view)).contains(ByteBuffer.wrap(content))).isTrue();
        }
      }
    }
  }

  private static List<ByteBuffer> pages(ByteBuffer all) {
    List<ByteBuffer> pages = new ArrayList<>();
    for (int offset = 0; offset + 4096 <= all.limit(); offset += 4096) {
      pages.add(all.slice(offset, 4096));
    }
    return pages;
  }

  // ---- bad input

  @Test
  void refusesWhatIsNoVolume() throws IOException {
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(SourceException.NotAVolume.class)
        .hasMessage(
            folder
                + ": is a folder, not a volume. Give the path of an image file or a block device.");
    assertThatThrownBy(() -> open(Path.of("/dev/zero")))
        .isInstanceOf(SourceException.NotAVolume.class)
        .hasMessageContaining("a character device");
    Path pipe = folder.resolve("pipe");
    Machine.run("mkfifo", pipe.toString());
    assertThatThrownBy(() -> sources.open(pipe, LiveConsent.ALLOW_LIVE))
        .isInstanceOf(SourceException.NotAVolume.class)
        .hasMessageContaining("a named pipe");
  }

  @Test
  void saysWhatIsWrongWithAPath() throws IOException {
    assertThatThrownBy(() -> open(folder.resolve("none")))
        .isInstanceOf(SourceException.NotFound.class)
        .hasMessageContaining("there is nothing at that path");
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("none"));
    assertThatThrownBy(() -> open(dangling))
        .isInstanceOf(SourceException.NotFound.class)
        .hasMessageContaining("symbolic link to nothing");
    Path circle = Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
    assertThatThrownBy(() -> open(circle)).isInstanceOf(SourceException.NotFound.class);
    assertThatThrownBy(() -> open(image(10).resolve("below")))
        .isInstanceOf(SourceException.NotFound.class);
    assertThatThrownBy(() -> open(folder.resolve("x".repeat(300))))
        .isInstanceOf(SourceException.NotFound.class);
  }

  @Test
  void saysSoWhenADeviceHasNothingAttached() throws IOException {
    Machine.needsRootAnd("losetup");
    Path empty = Files.createFile(folder.resolve("empty"));
    try (LoopDevice loop = LoopDevice.attach(empty)) {
      for (LiveConsent consent : LiveConsent.values()) {
        assertThatThrownBy(() -> sources.open(loop.node(), consent))
            .isInstanceOf(SourceException.NotAVolume.class)
            .hasMessageContaining("nothing attached");
      }
    }
  }
}
