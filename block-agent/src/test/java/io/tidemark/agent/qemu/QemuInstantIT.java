package io.tidemark.agent.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.nbd.NbdClient;
import io.tidemark.agent.nbd.NbdEndpoint;
import io.tidemark.agent.nbd.NbdTarget;
import io.tidemark.agent.nbd.NbdWriter;
import io.tidemark.agent.quiesce.Stillness;
import io.tidemark.agent.system.Machine;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class QemuInstantIT {
  private static final long SIZE = 64L << 20;
  private static final String VOLUME = "0123456789abcdef0";
  private static final String OTHER = "0123456789abcdef1";
  private static final int SLOT = 4096;

  @TempDir private Path folder;

  @BeforeEach
  void needs() {
    Machine.needs("qemu-storage-daemon");
  }

  private Path image(String name) throws Exception {
    Path image = folder.resolve(name);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
    }
    return image;
  }

  private QemuInstant.Place place(StorageDaemon daemon) {
    return new QemuInstant.Place(daemon.monitor(), folder, Optional.of(daemon.exports()));
  }

  private static QemuInstant.Wanted wanted(String volume, String node) {
    return new QemuInstant.Wanted(new QemuNames(volume, "00000001"), node, Optional.empty());
  }

  private static byte[] read(QemuInstant instant, int disk, long offset, int length)
      throws Exception {
    try (NbdClient client =
        NbdClient.open(
            new NbdTarget(
                new NbdEndpoint.Unix(instant.server()),
                instant.disks().get(disk).export(),
                Optional.empty()))) {
      ByteBuffer into = ByteBuffer.allocate(length);
      client.read(offset, into);
      return into.array();
    }
  }

  private record Write(int disk, int slot, Instant begun, Instant acknowledged) {}

  /// Writes one slot after the other of both disks in turn, until told to stop.
  private static final class Writing implements Runnable {
    private final Path exports;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final CountDownLatch some = new CountDownLatch(200);
    private final List<Write> log = new ArrayList<>();
    private volatile Optional<Exception> failure = Optional.empty();

    Writing(Path exports) {
      this.exports = exports;
    }

    @Override
    public void run() {
      try (NbdWriter first = new NbdWriter(exports, "disk0");
          NbdWriter second = new NbdWriter(exports, "disk1")) {
        byte[] bytes = new byte[SLOT];
        java.util.Arrays.fill(bytes, (byte) 7);
        for (int i = 0; !stop.get() && i < 2 * SIZE / SLOT; i++) {
          Instant begun = Instant.now();
          (i % 2 == 0 ? first : second).write((long) i / 2 * SLOT, bytes);
          log.add(new Write(i % 2, i / 2, begun, Instant.now()));
          some.countDown();
        }
      } catch (Exception e) {
        failure = Optional.of(e);
      }
    }
  }

  @Test
  void takesOneInstantOfTwoDisksThatAreBeingWritten() throws Exception {
    try (StorageDaemon daemon =
        StorageDaemon.start(
            folder, "raw", StorageDaemon.Exports.WRITABLE, image("a.raw"), image("b.raw"))) {
      Writing writing = new Writing(daemon.exports());
      Thread writer = Thread.ofPlatform().start(writing);
      writing.some.await();
      QemuInstant instant =
          QemuInstant.take(
              place(daemon),
              List.of(wanted(VOLUME, "disk0"), wanted(OTHER, "disk1")),
              Stillness.NONE);
      byte[][] shown = {
        read(instant, 0, 0, (int) SIZE), read(instant, 1, 0, (int) SIZE),
      };
      writing.stop.set(true);
      writer.join();
      assertThat(writing.failure).isEmpty();
      assertThat(instant.stands()).isTrue();
      int before = 0;
      int after = 0;
      for (Write write : writing.log) {
        byte there = shown[write.disk()][write.slot() * SLOT];
        if (write.acknowledged().isBefore(instant.at())) {
          assertThat(there).as("%s at %s", write, instant.at()).isEqualTo((byte) 7);
          before++;
        }
        if (write.begun().isAfter(instant.at())) {
          assertThat(there).as("%s at %s", write, instant.at()).isZero();
          after++;
        }
      }
      assertThat(before).isGreaterThanOrEqualTo(100);
      assertThat(after).isPositive();
      // No write is there whose predecessor is not: the two disks are of one instant.
      boolean ended = false;
      for (Write write : writing.log) {
        boolean there = shown[write.disk()][write.slot() * SLOT] != 0;
        assertThat(there && ended).as("%s", write).isFalse();
        ended |= !there;
      }
      QemuInstant.release(place(daemon), VOLUME, Optional.empty());
      QemuInstant.release(place(daemon), OTHER, Optional.empty());
      assertThat(daemon.added()).isEmpty();
    }
  }

  @Test
  void findsWhatAKilledProcessHasLeft() throws Exception {
    try (StorageDaemon daemon =
        StorageDaemon.start(folder, "raw", StorageDaemon.Exports.WRITABLE, image("a.raw"))) {
      kill(daemon, daemon.exports().toString());
      assertThat(daemon.added()).hasSizeGreaterThan(4);
      try (NbdWriter writer = new NbdWriter(daemon.exports(), "disk0")) {
        writer.write(0, new byte[] {1, 2, 3});
      }
      QemuInstant instant =
          QemuInstant.take(place(daemon), List.of(wanted(VOLUME, "disk0")), Stillness.NONE);
      assertThat(read(instant, 0, 0, 4)).containsExactly(1, 2, 3, 0);
      assertThat(daemon.added()).noneMatch(name -> name.contains("0000dead"));
      QemuInstant.release(place(daemon), VOLUME, Optional.empty());
      assertThat(daemon.added()).isEmpty();
    }
  }

  @Test
  void startsAServerOfItsOwnAndStopsItAgain() throws Exception {
    try (StorageDaemon daemon =
        StorageDaemon.start(folder, "raw", StorageDaemon.Exports.NONE, image("a.raw"))) {
      QemuInstant.Place place = new QemuInstant.Place(daemon.monitor(), folder, Optional.empty());
      // The one that a killed process has started is taken on.
      kill(daemon, "");
      for (int i = 0; i < 2; i++) {
        QemuInstant instant =
            QemuInstant.take(place, List.of(wanted(VOLUME, "disk0")), Stillness.NONE);
        assertThat(read(instant, 0, 0, 4)).containsOnly(0);
        QemuInstant.release(place, VOLUME, Optional.empty());
        assertThat(daemon.added()).isEmpty();
        assertThatThrownBy(() -> daemon.execute("nbd-server-stop", Map.of()))
            .hasMessageContaining("NBD server not running");
      }
      assertThat(folder.resolve("tidemark-" + System.getProperty("user.name")))
          .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("tm"));
    }
  }

  @Test
  void saysWhatIsInTheWay() throws Exception {
    try (StorageDaemon daemon =
        StorageDaemon.start(folder, "raw", StorageDaemon.Exports.WRITABLE, image("a.raw"))) {
      QemuInstant.Place silent = new QemuInstant.Place(daemon.monitor(), folder, Optional.empty());
      assertThatThrownBy(
              () -> QemuInstant.take(silent, List.of(wanted(VOLUME, "disk0")), Stillness.NONE))
          .isInstanceOf(QemuException.class)
          .hasMessageContaining("?nbd=PATH");
      assertThatThrownBy(
              () ->
                  QemuInstant.take(place(daemon), List.of(wanted(VOLUME, "none")), Stillness.NONE))
          .isInstanceOf(QemuException.class)
          .hasMessageContainingAll("no block node 'none'", "disk0");
      assertThat(daemon.added()).isEmpty();
      assertThatThrownBy(() -> QemuMonitor.open(folder.resolve("nobody")))
          .isInstanceOf(QemuException.class)
          .hasMessageContaining("cannot be connected to");
      assertThatThrownBy(() -> QemuMonitor.open(daemon.exports()))
          .isInstanceOf(QemuException.class)
          .hasMessageContaining("no monitor of QEMU");
    }
  }

  private void kill(StorageDaemon daemon, String exports) throws Exception {
    Process dying =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DyingProcess.class.getName(),
                daemon.monitor().toString(),
                folder.toString(),
                exports,
                VOLUME,
                "disk0")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(dying.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(said.readLine()).startsWith("taken at");
    } finally {
      dying.destroyForcibly().waitFor();
    }
  }
}
