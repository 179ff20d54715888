package io.tidemark.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.quiesce.Stillness;
import io.tidemark.agent.system.CloningFolder;
import io.tidemark.agent.system.Machine;
import io.tidemark.agent.system.Machine.Shell;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.testing.Seeded;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Image files on real XFS and btrfs.
class CloneSourcesTest {
  private static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef0");
  private static final int SIZE = 16 << 20;
  private static final int BLOCK = 4096;

  private final Sources sources = new Sources(InstantSource.system());
  private final List<String> warnings = new ArrayList<>();

  @TempDir private Path folder;

  private static SnapshotId snapshot(int number) {
    return new SnapshotId(String.format("snap-%017x", number));
  }

  private VolumeView open(Path image) throws IOException {
    return open(image, LiveConsent.REFUSE_LIVE);
  }

  private VolumeView open(Path image, LiveConsent consent) throws IOException {
    return sources.open(
        new Opening(
            new SourceAddress.FileOrDevice(image),
            consent,
            VOLUME,
            Files.createDirectories(folder.resolve("state")),
            Stillness.NONE,
            warnings::add));
  }

  private static Path image(CloningFolder place, RandomGenerator random) throws IOException {
    Path image = place.folder().resolve("disk.img");
    byte[] data = new byte[SIZE / 2];
    random.nextBytes(data);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.write(data);
      file.setLength(SIZE);
    }
    return image;
  }

  private static List<String> clones(CloningFolder place) throws IOException {
    try (Stream<Path> files = Files.list(place.folder())) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.startsWith(".tidemark-"))
          .sorted()
          .toList();
    }
  }

  private static byte[] bytes(VolumeView view) throws IOException {
    ByteBuffer all = ByteBuffer.allocateDirect((int) view.sizeBytes());
    view.read(0, all);
    byte[] bytes = new byte[all.flip().remaining()];
    all.get(bytes);
    return bytes;
  }

  private static Changes.Known known(Changes changes) {
    assertThat(changes).isInstanceOf(Changes.Known.class);
    return (Changes.Known) changes;
  }

  private static void assertUnknown(VolumeView view, SnapshotId parent, String reason) {
    assertThat(view.changesSince(parent, SIZE))
        .isInstanceOfSatisfying(
            Changes.Unknown.class, unknown -> assertThat(unknown.reason()).contains(reason));
  }

  /// Takes and commits, as a snapshot does.
  private void commit(Path image, int number) throws IOException {
    try (VolumeView view = open(image)) {
      view.confirm();
      view.committed(snapshot(number));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "btrfs"})
  void takesAFileInUseAtOneInstant(String fileSystem) throws Exception {
    RandomGenerator random = Seeded.random("takesAFileInUseAtOneInstant");
    try (CloningFolder place = CloningFolder.make(folder, fileSystem)) {
      Path image = image(place, random);
      byte[] wanted = Files.readAllBytes(image);
      Instant before = Instant.now();
      try (Shell _ = Shell.writerOf(image);
          VolumeView view = open(image)) {
        assertThat(view.consistency()).isEqualTo(Consistency.CRASH);
        assertThat(view.instant()).isBetween(before, Instant.now());
        Machine.run(
            "dd", "if=/dev/urandom", "of=" + image, "bs=1M", "count=3", "seek=1", "conv=notrunc");
        Machine.run("truncate", "-s", "5M", image.toString());
        assertThat(bytes(view)).isEqualTo(wanted);
        view.confirm();
      }
      assertThat(clones(place)).isEmpty();
      try (VolumeView view = open(image, LiveConsent.ALLOW_LIVE)) {
        assertThat(view.consistency()).isEqualTo(Consistency.IDLE);
        assertThat(view.trackedFrom()).isEmpty();
      }
      assertThat(warnings).isEmpty();
    }
  }

  /// A writer numbers two far places, one after the other, over and over.
  @ParameterizedTest
  @ValueSource(strings = {"xfs", "btrfs"})
  void neverShowsALaterWriteWithoutAnEarlierOne(String fileSystem) throws Exception {
    RandomGenerator random = Seeded.random("neverShowsALaterWriteWithoutAnEarlierOne");
    try (CloningFolder place = CloningFolder.make(folder, fileSystem);
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Path image = image(place, random);
      AtomicBoolean stop = new AtomicBoolean();
      CountDownLatch begun = new CountDownLatch(1);
      Future<Long> writer = thread.submit(() -> number(image, stop, begun));
      begun.await();
      long newest = 0;
      for (int round = 0; round < 40; round++) {
        try (VolumeView view = open(image)) {
          long first = number(view, SIZE - BLOCK);
          long second = number(view, 0);
          assertThat(first - second).isBetween(0L, 1L);
          assertThat(second).isGreaterThanOrEqualTo(newest);
          newest = second;
        }
      }
      stop.set(true);
      assertThat(writer.get()).isGreaterThanOrEqualTo(newest);
    }
  }

  private static long number(Path image, AtomicBoolean stop, CountDownLatch begun)
      throws IOException {
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
      long number = 0;
      ByteBuffer buffer = ByteBuffer.allocateDirect(Long.BYTES);
      while (!stop.get()) {
        number++;
        channel.write(buffer.clear().putLong(number).flip(), SIZE - BLOCK);
        channel.write(buffer.clear().putLong(number).flip(), 0);
        begun.countDown();
      }
      return number;
    }
  }

  private static long number(VolumeView view, long offset) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(Long.BYTES);
    view.read(offset, buffer);
    return buffer.getLong(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "btrfs"})
  void reportsAllThatChangedAndLittleElse(String fileSystem) throws Exception {
    RandomGenerator random = Seeded.random("reportsAllThatChangedAndLittleElse");
    try (CloningFolder place = CloningFolder.make(folder, fileSystem)) {
      Path image = image(place, random);
      byte[] parent = Files.readAllBytes(image);
      commit(image, 1);
      for (int round = 2; round < 12; round++) {
        int writes = random.nextInt(30);
        for (int i = 0; i < writes; i++) {
          disturb(image, random);
        }
        try (VolumeView view = open(image)) {
          assertThat(view.trackedFrom()).contains(snapshot(round - 1));
          byte[] now = bytes(view);
          Changes.Known known = known(view.changesSince(snapshot(round - 1), SIZE));
          long reported = assertCovers(known.extents(), parent, now);
          // Blocks of 4 KiB that were written to, and what the file system copies with them.
          assertThat(reported).isLessThanOrEqualTo(writes * (256L << 10));
          view.confirm();
          view.committed(snapshot(round));
          parent = now;
        }
        assertThat(clones(place)).hasSize(1);
      }
      assertThat(warnings).isEmpty();
    }
  }

  /// Writes, reserves or gives back a stretch, some of it still in memory only.
  private static void disturb(Path image, RandomGenerator random) throws IOException {
    int offset = random.nextInt(SIZE - (128 << 10));
    int length = 1 + random.nextInt(100 << 10);
    switch (random.nextInt(4)) {
      case 0 ->
          Machine.run("fallocate", "-p", "-o", "" + offset, "-l", "" + length, image.toString());
      case 1 -> Machine.run("fallocate", "-o", "" + offset, "-l", "" + length, image.toString());
      default -> {
        byte[] data = new byte[length];
        random.nextBytes(data);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
          file.seek(offset);
          file.write(data);
          if (random.nextBoolean()) {
            file.getFD().sync();
          }
        }
      }
    }
  }

  private static long assertCovers(Changes.Extents extents, byte[] old, byte[] now)
      throws IOException {
    boolean[] isReported = new boolean[SIZE / BLOCK];
    long reported = 0;
    long at = 0;
    Optional<Extent> next = extents.next(0);
    while (next.isPresent()) {
      assertThat(next.get().offsetBytes()).isGreaterThanOrEqualTo(at);
      at = next.get().endBytes();
      assertThat(at).isLessThanOrEqualTo(SIZE);
      reported += next.get().lengthBytes();
      for (long block = next.get().offsetBytes() / BLOCK; block * BLOCK < at; block++) {
        isReported[(int) block] = true;
      }
      next = extents.next(at);
    }
    for (int block = 0; block < isReported.length; block++) {
      int from = block * BLOCK;
      boolean differs =
          !ByteBuffer.wrap(old, from, BLOCK).equals(ByteBuffer.wrap(now, from, BLOCK));
      assertThat(isReported[block] || !differs).as("block %d", block).isTrue();
    }
    return reported;
  }

  @Test
  void reportsCompressedExtentsEachTime() throws Exception {
    try (CloningFolder place = CloningFolder.make(folder, "btrfs", "-o", "compress-force=zstd")) {
      Path image = place.folder().resolve("disk.img");
      byte[] text = "All work and no play. ".repeat(SIZE / 22).getBytes(StandardCharsets.UTF_8);
      Files.write(image, Arrays.copyOf(text, SIZE));
      commit(image, 1);
      try (VolumeView view = open(image)) {
        // Where in such an extent a byte lies is not told, so nobody can be sure of it.
        Changes.Known known = known(view.changesSince(snapshot(1), SIZE));
        assertThat(known.extents().next(0)).isPresent();
      }
    }
  }

  @Test
  void clonesAFileThatBtrfsOverwritesInPlace() throws Exception {
    try (CloningFolder place = CloningFolder.make(folder, "btrfs")) {
      Path image = Files.createFile(place.folder().resolve("disk.img"));
      Machine.run("chattr", "+C", image.toString());
      Machine.run("dd", "if=/dev/urandom", "of=" + image, "bs=1M", "count=16", "conv=notrunc");
      commit(image, 1);
      byte[] old = Files.readAllBytes(image);
      Machine.run("dd", "if=/dev/urandom", "of=" + image, "bs=4k", "count=9", "conv=notrunc");
      try (VolumeView view = open(image)) {
        byte[] now = bytes(view);
        long reported =
            assertCovers(known(view.changesSince(snapshot(1), SIZE)).extents(), old, now);
        assertThat(reported).isBetween(9L * BLOCK, 1L << 20);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "btrfs"})
  void isNotSureWithoutTheCloneOfTheParent(String fileSystem) throws Exception {
    RandomGenerator random = Seeded.random("isNotSureWithoutTheCloneOfTheParent");
    try (CloningFolder place = CloningFolder.make(folder, fileSystem)) {
      Path image = image(place, random);
      try (VolumeView view = open(image)) {
        assertUnknown(view, snapshot(1), "no clone was kept");
      }
      commit(image, 1);
      try (VolumeView view = open(image)) {
        assertUnknown(view, snapshot(7), "is of " + snapshot(1));
        assertThat(view.changesSince(snapshot(1), SIZE / 2)).isInstanceOf(Changes.Unknown.class);
      }
      // Somebody puts other bytes into it, and its old dates back.
      Path kept = place.folder().resolve(clones(place).getFirst());
      Machine.run("cp", "--reflink=always", "--preserve=timestamps", image + "", kept + "");
      try (VolumeView view = open(image)) {
        assertUnknown(view, snapshot(1), "somebody has changed the clone");
      }
      commit(image, 2);
      Path other = place.folder().resolve(clones(place).getFirst());
      Files.delete(other);
      Files.createFile(other);
      try (VolumeView view = open(image)) {
        assertUnknown(view, snapshot(2), "somebody has changed the clone");
      }
      commit(image, 3);
      Files.delete(place.folder().resolve(clones(place).getFirst()));
      try (VolumeView view = open(image)) {
        assertUnknown(view, snapshot(3), "cannot be had");
      }
      commit(image, 4);
      Machine.run("truncate", "-s", "+4096", image.toString());
      try (VolumeView view = open(image)) {
        assertUnknown(view, snapshot(4), "the size has changed");
        view.committed(snapshot(5));
        view.distrust();
      }
      assertThat(clones(place)).isEmpty();
    }
  }

  @Test
  void removesWhatKilledProcessesHaveLeft() throws Exception {
    RandomGenerator random = Seeded.random("removesWhatKilledProcessesHaveLeft");
    try (CloningFolder place = CloningFolder.make(folder, "xfs")) {
      Path image = image(place, random);
      commit(image, 1);
      List<String> kept = clones(place);
      Path neighbour = Files.createFile(place.folder().resolve(".tidemark-00000000000000000-1"));
      for (int i = 0; i < 2; i++) {
        Process killed = DyingClone.start(image, folder.resolve("state"), VOLUME);
        assertThat(killed.inputReader().readLine()).isEqualTo("taken");
        killed.destroyForcibly().waitFor();
        assertThat(clones(place)).hasSize(3).containsAll(kept);
        try (VolumeView view = open(image)) {
          assertThat(clones(place)).hasSize(3);
          known(view.changesSince(snapshot(1), SIZE));
        }
        assertThat(clones(place)).hasSize(2).containsAll(kept);
      }
      assertThat(Files.exists(neighbour)).isTrue();
      Files.delete(neighbour);
      Sources.forget(new SourceAddress.FileOrDevice(image), VOLUME);
      assertThat(clones(place)).isEmpty();
      Sources.forget(new SourceAddress.FileOrDevice(place.folder().resolve("none")), VOLUME);
    }
  }

  @Test
  void leavesAloneWhatAnotherProcessIsAtWorkWith() throws Exception {
    RandomGenerator random = Seeded.random("leavesAloneWhatAnotherProcessIsAtWorkWith");
    try (CloningFolder place = CloningFolder.make(folder, "xfs")) {
      Path image = image(place, random);
      SourceAddress address = new SourceAddress.FileOrDevice(image);
      Path state = Files.createDirectories(folder.resolve("state"));
      try (VolumeView view = open(image)) {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Sources.sweep(address, VOLUME, elsewhere);
        open(image).close();
        view.confirm();
        view.committed(snapshot(1));
      }
      assertThat(clones(place)).hasSize(1);
      // Killed, and found by an agent that starts.
      Files.copy(image, place.folder().resolve(clones(place).getFirst() + "f"));
      Sources.sweep(address, VOLUME, state);
      assertThat(clones(place)).hasSize(1);
      try (VolumeView view = open(image)) {
        known(view.changesSince(snapshot(1), SIZE));
      }
    }
  }

  @Test
  void noticesACloneThatSomebodyWritesToWhileItIsRead() throws Exception {
    RandomGenerator random = Seeded.random("noticesACloneThatSomebodyWritesToWhileItIsRead");
    try (CloningFolder place = CloningFolder.make(folder, "xfs")) {
      Path image = image(place, random);
      try (VolumeView view = open(image)) {
        Files.write(place.folder().resolve(clones(place).getFirst()), new byte[9]);
        assertThatThrownBy(view::confirm)
            .isInstanceOf(SourceException.Changed.class)
            .hasMessageContaining("somebody wrote to its clone");
      }
      try (VolumeView view = open(image)) {
        Files.delete(place.folder().resolve(clones(place).getFirst()));
        assertThatThrownBy(view::confirm).hasMessageContaining("its clone was removed");
      }
    }
  }

  @Test
  void leavesRoomForWriters() throws Exception {
    RandomGenerator random = Seeded.random("leavesRoomForWriters");
    try (CloningFolder place = CloningFolder.make(folder, "xfs")) {
      Path image = image(place, random);
      commit(image, 1);
      try (VolumeView view = open(image)) {
        fill(place, 12 << 20);
        bytes(view);
        assertThatThrownBy(() -> view.committed(snapshot(2)))
            .hasMessageContaining("its file system fills up");
      }
      assertThat(clones(place)).isEmpty();
      try (Shell _ = Shell.writerOf(image)) {
        assertThatThrownBy(() -> open(image)).isInstanceOf(SourceException.InUse.class);
      }
      assertThat(warnings).singleElement().asString().contains("a clone would fill that up");
      for (Path filler : fillers(place)) {
        Files.delete(filler);
      }
      try (VolumeView view = open(image)) {
        fill(place, 4 << 20);
        assertThatThrownBy(() -> bytes(view)).hasMessageContaining("nearly full");
      }
    }
  }

  /// XFS gives back only by and by what was deleted, so this looks again.
  private static void fill(CloningFolder place, long leaveBytes) throws Exception {
    Machine.run("sync", "--file-system", place.folder().toString());
    for (int i = 0; i < 50; i++) {
      long more = place.folder().toFile().getUsableSpace() - leaveBytes;
      if (more > 1 << 16) {
        Path filler = place.folder().resolve("filler" + fillers(place).size());
        Machine.run("fallocate", "-l", "" + more, filler.toString());
      }
    }
  }

  private static List<Path> fillers(CloningFolder place) throws IOException {
    try (Stream<Path> files = Files.list(place.folder())) {
      return files.filter(file -> file.getFileName().toString().startsWith("filler")).toList();
    }
  }

  @Test
  void tellsWhatTheCloneHoldsAndWhatItTakes() throws Exception {
    RandomGenerator random = Seeded.random("tellsWhatTheCloneHoldsAndWhatItTakes");
    try (CloningFolder place = CloningFolder.make(folder, "xfs")) {
      Path image = image(place, random);
      SourceAddress address = new SourceAddress.FileOrDevice(image);
      assertThat(Outlooks.of(address).instant()).contains("a clone, made by XFS");
      assertThat(Outlooks.of(address).better()).isEmpty();
      commit(image, 1);
      assertThat(Outlooks.of(address, VOLUME).heldBytes()).hasValue(0);
      Machine.run("dd", "if=/dev/urandom", "of=" + image, "bs=1M", "count=3", "conv=notrunc,fsync");
      assertThat(Outlooks.of(address, VOLUME).heldBytes()).hasValue(3 << 20);
    }
    Path elsewhere = Files.write(folder.resolve("image"), new byte[BLOCK]);
    assertThat(Outlooks.of(new SourceAddress.FileOrDevice(elsewhere)).better()).isNotEmpty();
  }
}
