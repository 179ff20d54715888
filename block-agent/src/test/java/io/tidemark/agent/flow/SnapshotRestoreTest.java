package io.tidemark.agent.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.cache.StateFolder;
import io.tidemark.agent.pipeline.Limits;
import io.tidemark.agent.pipeline.ProgressMeter;
import io.tidemark.agent.quiesce.QuiesceWish;
import io.tidemark.agent.restore.RestoreTarget;
import io.tidemark.agent.restore.TargetException;
import io.tidemark.agent.source.LiveConsent;
import io.tidemark.agent.source.Sources;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.Backoff;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.memory.MemoryObjectStore;
import io.tidemark.repository.testing.Seeded;
import io.tidemark.repository.volume.VolumeName;
import io.tidemark.repository.volume.Volumes;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotRestoreTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:15:30Z");
  private static final Pulse NEVER = (_, _) -> () -> {};
  private static final Notes SILENT =
      sentence -> {
        throw new AssertionError(sentence);
      };

  @TempDir Path folder;
  private final RandomGenerator random = Seeded.random("SnapshotRestoreTest");
  private final CountingObjectStore store =
      new CountingObjectStore(new MemoryObjectStore(() -> NOW));
  private Repository repository;

  @BeforeEach
  void makeRepository() {
    Backoff once = () -> () -> false;
    repository =
        Repository.initialise(
            store,
            new Journal.Writer("test", () -> NOW, random, new SettledCreate(store, once), once),
            "us-east-1");
  }

  private NamedVolume volume(Path image, int chunkBytes) {
    return new Volumes(repository)
        .add(
            new VolumeName("v" + random.nextInt(1_000_000)),
            "host",
            image.toString(),
            new ChunkSize(chunkBytes));
  }

  private Snapshot create(NamedVolume volume) throws Exception {
    ThisHost host =
        new ThisHost(
            "host", new StateFolder(folder.resolve("state")), new Sources(() -> NOW)::open);
    return new SnapshotCreation(
            new Workshop(
                repository,
                store,
                host,
                Limits.sequential(),
                NEVER,
                new ProgressMeter(() -> NOW),
                SILENT))
        .run(
            new SnapshotCreation.Request(
                volume, Label.NONE, LiveConsent.REFUSE_LIVE, FullScans.usual(), QuiesceWish.NONE));
  }

  private void restore(Snapshot snapshot, ReadingLimits limits, RestoreTarget target)
      throws Exception {
    SnapshotRestore restore =
        new SnapshotRestore(repository, limits, NEVER, new ProgressMeter(() -> NOW), SILENT);
    restore.run(
        snapshot, new SnapshotRestore.Destination("memory", "host", Optional.empty(), _ -> target));
  }

  /// Chunks of zeroes, of noise and of something met before, and a short end.
  private byte[] draw(int chunkBytes) {
    byte[] bytes = new byte[random.nextInt(200 * chunkBytes)];
    byte[] again = new byte[chunkBytes];
    random.nextBytes(again);
    for (int at = 0; at < bytes.length; at += chunkBytes) {
      int length = Math.min(chunkBytes, bytes.length - at);
      switch (random.nextInt(4)) {
        case 0 -> System.arraycopy(again, 0, bytes, at, length);
        case 1, 2 -> {
          byte[] noise = new byte[length];
          random.nextBytes(noise);
          System.arraycopy(noise, 0, bytes, at, length);
        }
        default -> {}
      }
    }
    return bytes;
  }

  @Test
  void givesEveryByteOnceWhateverTheLimits() throws Exception {
    for (int round = 0; round < 12; round++) {
      int chunkBytes = 4096 << random.nextInt(3);
      byte[] first = draw(chunkBytes);
      Path image = Files.write(folder.resolve("image" + round), first);
      NamedVolume volume = volume(image, chunkBytes);
      Snapshot before = create(volume);
      byte[] second = Arrays.copyOf(first, Math.max(1, first.length + random.nextInt(9000) - 4000));
      for (int i = 0; i < 10; i++) {
        second[random.nextInt(second.length)] ^= 1;
      }
      Files.write(image, second);
      Snapshot after = create(volume);
      ReadingLimits limits =
          new ReadingLimits(
              1 + random.nextInt(4),
              1 + random.nextInt(1 << 18),
              1 + random.nextInt(100),
              1 + random.nextInt(1 << 18));
      for (RestoreTarget.Order order : RestoreTarget.Order.values()) {
        InMemory target = new InMemory(first.length, order, Optional.empty());
        restore(before, limits, target);
        assertThat(target.restored()).isEqualTo(first);
        target = new InMemory(second.length, order, Optional.empty());
        restore(after, limits, target);
        assertThat(target.restored()).isEqualTo(second);
      }
      byte[] present = Arrays.copyOf(first, second.length);
      InMemory inPlace = new InMemory(second.length, RestoreTarget.Order.ANY, Optional.of(present));
      restore(after, limits, inPlace);
      assertThat(inPlace.restored()).isEqualTo(second);
      assertThat(inPlace.writtenBytes).isLessThanOrEqualTo(12L * chunkBytes + 9000);
    }
  }

  @Test
  void stopsAtOnceWhenTheTargetFails() throws Exception {
    byte[] bytes = new byte[1 << 20];
    random.nextBytes(bytes);
    Snapshot snapshot = create(volume(Files.write(folder.resolve("image"), bytes), 4096));
    for (RestoreTarget.Order order : RestoreTarget.Order.values()) {
      InMemory full =
          new InMemory(bytes.length, order, Optional.empty()) {
            @Override
            public synchronized void write(long offsetBytes, ByteBuffer from)
                throws TargetException {
              if (writtenBytes > 300_000) {
                throw new TargetException.Full("memory", "no room is left.", null);
              }
              super.write(offsetBytes, from);
            }
          };
      assertThatThrownBy(() -> restore(snapshot, new ReadingLimits(2, 1 << 16, 64, 1 << 16), full))
          .isInstanceOf(TargetException.Full.class);
      assertThat(full.finished).isFalse();
    }
    assertThat(repository.journal(snapshot.volume().id()).read().state().holds()).isEmpty();
  }

  @Test
  void needsFewRequestsForWhatLiesTogether() throws Exception {
    byte[] bytes = new byte[8 << 20];
    random.nextBytes(bytes);
    Snapshot snapshot = create(volume(Files.write(folder.resolve("image"), bytes), 4096));
    long before = store.tally().requests();
    restore(
        snapshot,
        ReadingLimits.forCores(2),
        new InMemory(bytes.length, RestoreTarget.Order.ANY, Optional.empty()));
    // 3 of 4 MiB, 4 of the map, 3 to read the journal, 6 to hold and 6 to release.
    assertThat(store.tally().requests() - before).isLessThan(24);
  }

  /// Keeps what it is given, and sees that every byte comes once.
  private static class InMemory implements RestoreTarget {
    private final byte[] bytes;
    private final BitSet given;
    private final Order order;
    private final Optional<byte[]> present;
    private long next;
    long writtenBytes;
    boolean finished;

    InMemory(int sizeBytes, Order order, Optional<byte[]> present) {
      bytes = present.map(byte[]::clone).orElseGet(() -> new byte[sizeBytes]);
      given = new BitSet(sizeBytes);
      this.order = order;
      this.present = present;
    }

    byte[] restored() {
      assertThat(finished).isTrue();
      if (present.isEmpty()) {
        assertThat(given.cardinality()).isEqualTo(bytes.length);
      }
      return bytes;
    }

    @Override
    public long sizeBytes() {
      return bytes.length;
    }

    @Override
    public Order order() {
      return order;
    }

    @Override
    public Optional<Present> present() {
      return present.map(
          there ->
              (offsetBytes, into) ->
                  into.put(
                      Arrays.copyOfRange(
                          there, (int) offsetBytes, (int) offsetBytes + into.remaining())));
    }

    @Override
    public List<String> remarks() {
      return List.of();
    }

    @Override
    public String leftBehind() {
      return "Some bytes in memory were left behind.";
    }

    @Override
    public long writtenBytes() {
      return writtenBytes;
    }

    private void take(long offsetBytes, long lengthBytes) {
      assertThat(given.get((int) offsetBytes, (int) (offsetBytes + lengthBytes)).isEmpty())
          .isTrue();
      given.set((int) offsetBytes, (int) (offsetBytes + lengthBytes));
      if (order == Order.SEQUENTIAL) {
        assertThat(offsetBytes).isEqualTo(next);
        next += lengthBytes;
      }
    }

    @Override
    public synchronized void write(long offsetBytes, ByteBuffer from) throws TargetException {
      take(offsetBytes, from.remaining());
      writtenBytes += from.remaining();
      from.get(bytes, (int) offsetBytes, from.remaining());
    }

    @Override
    public synchronized void zero(long offsetBytes, long lengthBytes) {
      take(offsetBytes, lengthBytes);
      Arrays.fill(bytes, (int) offsetBytes, (int) (offsetBytes + lengthBytes), (byte) 0);
    }

    @Override
    public void finish() {
      finished = true;
    }

    @Override
    public void close() {}
  }
}
