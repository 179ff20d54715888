package io.tidemark.agent.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.system.Machine.LoopDevice;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFileTest {
  @TempDir Path folder;

  @Test
  void readsAndWritesWithEitherKindOfBuffer() throws IOException {
    byte[] content = new byte[700_001];
    new Random(1).nextBytes(content);
    Path path = folder.resolve("file");
    try (OpenFile file =
        OpenFile.open(path, EnumSet.of(OpenFile.Mode.WRITE, OpenFile.Mode.CREATE_NEW))) {
      file.write(5, ByteBuffer.wrap(content));
      ByteBuffer direct = ByteBuffer.allocateDirect(800_000).position(3);
      assertThat(file.read(5, direct)).isEqualTo(content.length);
      assertThat(direct.position()).isEqualTo(3 + content.length);
      byte[] read = new byte[content.length];
      direct.get(3, read);
      assertThat(read).isEqualTo(content);
      ByteBuffer heap = ByteBuffer.allocate(800_000);
      assertThat(file.read(5, heap)).isEqualTo(content.length);
      assertThat(heap.flip()).isEqualTo(ByteBuffer.wrap(content));
      file.write(0, direct.limit(5).position(3));
      file.sync();
    }
    assertThat(Files.size(path)).isEqualTo(5 + content.length);
  }

  @Test
  void namesCallPathAndReason() {
    assertThatThrownBy(() -> OpenFile.open(folder.resolve("none"), Set.of()))
        .isInstanceOf(SystemCallException.class)
        .hasMessage("open " + folder.resolve("none") + ": No such file or directory (ENOENT)");
    assertThatThrownBy(() -> OpenFile.open(folder, EnumSet.of(OpenFile.Mode.WRITE)))
        .hasMessageContaining("EISDIR");
  }

  @Test
  void namesTheRangeOfAFailedRead() throws IOException {
    // Nothing is mapped at address 0, so the kernel answers with the error of a bad medium.
    try (OpenFile file = OpenFile.open(Path.of("/proc/self/mem"), Set.of())) {
      assertThatThrownBy(() -> file.read(4096, ByteBuffer.allocateDirect(512)))
          .isInstanceOf(SystemCallException.class)
          .hasMessage("read 512 bytes at 4096 of /proc/self/mem: Input/output error (EIO)");
    }
  }

  @Test
  void isNotClosedByAnInterrupt() throws IOException {
    Path path = Files.writeString(folder.resolve("file"), "content");
    try (OpenFile file = OpenFile.open(path, Set.of())) {
      Thread.currentThread().interrupt();
      try {
        assertThat(file.read(0, ByteBuffer.allocateDirect(7))).isEqualTo(7);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }
  }

  @Test
  void refusesUseAfterClose() throws IOException {
    OpenFile file = OpenFile.open(Files.writeString(folder.resolve("file"), "x"), Set.of());
    file.close();
    file.close();
    assertThatThrownBy(() -> file.read(0, ByteBuffer.allocateDirect(1)))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void findsDataBehindFourGibibytes() throws IOException {
    Path path = folder.resolve("sparse");
    long end = 1L << 33;
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(end);
      file.seek((1L << 32) + 8192);
      file.write("data".getBytes(UTF_8));
    }
    try (OpenFile file = OpenFile.open(path, Set.of())) {
      OptionalLong data = file.seekData(0);
      assertThat(data.orElseThrow()).isBetween((1L << 32), (1L << 32) + 8192);
      // A position whose lower half is all ones is no failure.
      assertThat(file.seekHole((1L << 32) - 1)).hasValue((1L << 32) - 1);
      OptionalLong hole = file.seekHole(data.orElseThrow());
      assertThat(hole.orElseThrow()).isGreaterThan((1L << 32) + 8192);
      assertThat(file.seekData(hole.orElseThrow())).isEmpty();
      assertThat(file.seekData(end)).isEmpty();
    }
  }

  @Test
  void punchesHolesAndResizes() throws IOException {
    Path path = folder.resolve("file");
    Files.write(path, new byte[] {1, 2, 3, 4});
    try (OpenFile file = OpenFile.open(path, EnumSet.of(OpenFile.Mode.WRITE))) {
      file.punchHole(1, 2);
      file.resize(6);
      file.startWriteback(0, 6);
      file.expectSequentialReads();
    }
    assertThat(path).hasBinaryContent(new byte[] {1, 0, 0, 4, 0, 0});
  }

  @Test
  void opensAPathThatIsNotAscii() throws IOException {
    Path path = Files.writeString(folder.resolve("Käse – 日本"), "x");
    assertThat(FileStatus.of(path).sizeBytes()).isOne();
    OpenFile.open(path, Set.of()).close();
  }

  @Test
  void tellsKindsApart() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    assertThat(FileStatus.of(link).kind()).isEqualTo(FileStatus.Kind.DIRECTORY);
    assertThat(FileStatus.of(Path.of("/dev/null")).kind())
        .isEqualTo(FileStatus.Kind.CHARACTER_DEVICE);
    assertThat(FileStatus.of(Path.of("/dev/null")).device()).isEqualTo(new DeviceNumber(1, 3));
    Machine.run("mkfifo", folder.resolve("pipe").toString());
    assertThat(FileStatus.of(folder.resolve("pipe")).kind()).isEqualTo(FileStatus.Kind.FIFO);
  }

  @Test
  void asksABlockDeviceForItsSize() throws IOException {
    Machine.needsRootAnd("losetup");
    Path image = folder.resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((5 << 20) + 512);
    }
    try (LoopDevice loop = LoopDevice.attach(image)) {
      assertThat(FileStatus.of(loop.node()).kind()).isEqualTo(FileStatus.Kind.BLOCK_DEVICE);
      try (OpenFile device =
          OpenFile.open(loop.node(), EnumSet.of(OpenFile.Mode.WRITE, OpenFile.Mode.EXCLUSIVE))) {
        assertThat(device.deviceBytes()).isEqualTo((5 << 20) + 512);
        assertThat(device.sectorBytes()).isEqualTo(512);
        device.write(4096, ByteBuffer.wrap("something".getBytes(UTF_8)));
        device.sync();
        device.zeroOut(4096, 512);
        ByteBuffer sector = ByteBuffer.allocateDirect(512);
        device.read(4096, sector);
        assertThat(sector.flip()).isEqualTo(ByteBuffer.allocate(512));
        assertThatThrownBy(() -> OpenFile.open(loop.node(), EnumSet.of(OpenFile.Mode.EXCLUSIVE)))
            .isInstanceOfSatisfying(
                SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
      }
    }
  }
}
