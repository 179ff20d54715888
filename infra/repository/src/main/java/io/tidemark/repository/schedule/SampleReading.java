package io.tidemark.repository.schedule;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.journal.volume.Verification;
import io.tidemark.repository.map.MapWalk;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.pack.ChunkPlace;
import io.tidemark.repository.pack.ChunkReader;
import io.tidemark.repository.pack.FrameRun;
import io.tidemark.repository.pack.Reference;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the whole map of a snapshot and some of its chunks, picked by chance.
public final class SampleReading {
  private static final Logger LOG = LoggerFactory.getLogger(SampleReading.class);

  private final Repository repository;

  public SampleReading(Repository repository) {
    this.repository = repository;
  }

  /// What was read.
  ///
  /// @param damage what is gone or damaged, for people
  public record Result(long chunks, long bytes, List<String> damage) {
    public Result {
      damage = List.copyOf(damage);
    }

    private Verification at(Instant now) {
      return new Verification(now.truncatedTo(ChronoUnit.MILLIS), chunks, bytes, damage.size());
    }
  }

  /// Reads at most `count` chunks. Takes no hold: a snapshot that was deleted meanwhile looks
  /// damaged, so what is found is to be looked at again.
  ///
  /// @throws StoreException when the store does not answer
  public Result read(Snapshot snapshot, int count) {
    Root root = snapshot.entry().content().orElseThrow().root();
    ChunkSize chunkSize =
        repository.journal(root.volume()).read().state().volume().orElseThrow().chunkSize();
    Sample sample = new Sample(Random.from(repository.writer().random()), count);
    Tally tally = new Tally();
    try (StoreNodeSource nodes = new StoreNodeSource(repository.store())) {
      MapWalk.walk(root, chunkSize, nodes, sample);
    } catch (StoreException.Missing | StoreException.Corrupt e) {
      return new Result(0, 0, List.of(String.valueOf(e.getMessage())));
    }
    ChunkGrid grid = new ChunkGrid(root.sizeBytes(), chunkSize);
    try (ChunkReader reader = new ChunkReader(repository.store(), grid)) {
      // One by one: chunks picked by chance have nothing between them that is worth reading.
      for (ChunkPlace place : sample.picked) {
        FrameRun.plan(List.of(place)).forEach(run -> reader.read(run, tally));
      }
    }
    return new Result(tally.chunks, tally.bytes, tally.damage);
  }

  /// Notes with the snapshot what was found, where it is still there and the store lets this write:
  /// a key that only reads will do for reading.
  public void note(Snapshot snapshot, Result result) {
    try {
      Snapshot _ =
          new Snapshots(repository)
              .noteVerified(snapshot, result.at(repository.writer().clock().instant()));
    } catch (StoreException.Denied | Refused e) {
      LOG.debug("What was found of {} is not noted", snapshot.entry().snapshot(), e);
    }
  }

  /// Each chunk of a walk is as likely to be picked as any other, however many there are.
  private static final class Sample implements MapWalk.Visitor {
    final List<ChunkPlace> picked = new ArrayList<>();
    private final Random random;
    private final int count;
    private long seen;

    Sample(Random random, int count) {
      this.random = random;
      this.count = count;
    }

    @Override
    public void node(int level, Reference node) {}

    @Override
    public void chunk(long chunk, Reference reference) {
      seen++;
      if (picked.size() < count) {
        picked.add(new ChunkPlace(chunk, reference));
      } else {
        long at = random.nextLong(seen);
        if (at < count) {
          picked.set((int) at, new ChunkPlace(chunk, reference));
        }
      }
    }
  }

  private static final class Tally implements ChunkReader.Receiver {
    private final List<String> damage = new ArrayList<>();
    private long chunks;
    private long bytes;

    @Override
    public void chunk(long chunk, ByteBuffer plaintext) {
      chunks++;
      bytes += plaintext.remaining();
    }

    @Override
    public void unreadable(ChunkPlace place, StoreException why) {
      damage.add(String.valueOf(why.getMessage()));
    }
  }
}
