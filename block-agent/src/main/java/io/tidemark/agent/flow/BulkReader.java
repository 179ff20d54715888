package io.tidemark.agent.flow;

import io.tidemark.agent.restore.RestoreTarget;
import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.pack.ChunkPlace;
import io.tidemark.repository.pack.ChunkReader;
import io.tidemark.repository.pack.FrameRun;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Reads many chunks of one snapshot from the store, in as few requests as is sensible, several at
/// once, and checks each. Memory is a number of threads times the longest request, whatever the
/// snapshot is.
final class BulkReader implements AutoCloseable {
  /// Bytes given to a receiver at once, where chunks follow each other.
  private static final int JOINED_BYTES = 1 << 20;

  private final ChunkGrid grid;
  private final ReadingLimits limits;
  private final DamageLog damage;
  private final Workers<Tool> workers;

  /// Takes checked bytes; called by several threads at once.
  @FunctionalInterface
  interface Receiver {
    /// @param bytes of one chunk or of several that follow each other
    void bytes(long offsetBytes, ByteBuffer bytes) throws IOException;
  }

  /// @param damage is told what cannot be read; all else is read all the same
  BulkReader(ObjectStore store, ChunkGrid grid, ReadingLimits limits, DamageLog damage) {
    this.grid = grid;
    this.limits = limits;
    this.damage = damage;
    workers = new Workers<>("tidemark-read", limits.requests(), () -> new Tool(store, grid));
  }

  /// Reads all `places` and returns when the receiver has had them.
  ///
  /// @throws StoreException when the store fails otherwise than by one object
  void read(List<ChunkPlace> places, Receiver receiver) throws IOException, InterruptedException {
    List<FetchTask> tasks = new ArrayList<>();
    for (FrameRun run : FrameRun.plan(places, limits.requestBytes())) {
      tasks.add(new FetchTask(run, receiver));
    }
    workers.run(tasks);
  }

  /// Those of `places` whose content `present` does not have there already.
  List<ChunkPlace> missing(List<ChunkPlace> places, RestoreTarget.Present present)
      throws IOException, InterruptedException {
    ConcurrentLinkedQueue<ChunkPlace> missing = new ConcurrentLinkedQueue<>();
    int chunksAtOnce = Math.max(1, JOINED_BYTES / grid.chunkSize().bytes());
    List<Workers.Task<Tool>> tasks = new ArrayList<>();
    for (int i = 0; i < places.size(); i += chunksAtOnce) {
      List<ChunkPlace> some = places.subList(i, Math.min(places.size(), i + chunksAtOnce));
      tasks.add(tool -> tool.compare(some, present, missing));
    }
    workers.run(tasks);
    return List.copyOf(missing);
  }

  private final class FetchTask implements Workers.Task<Tool> {
    private final FrameRun run;
    private final Receiver receiver;

    FetchTask(FrameRun run, Receiver receiver) {
      this.run = run;
      this.receiver = receiver;
    }

    @Override
    public void run(Tool tool) throws IOException {
      tool.begin(receiver);
      tool.reader.read(
          run,
          new ChunkReader.Receiver() {
            @Override
            public ByteBuffer room(long chunk, ByteBuffer own) {
              return tool.room(grid.offsetBytes(chunk), own.remaining());
            }

            @Override
            public void chunk(long chunk, ByteBuffer plaintext) {
              tool.joined(plaintext.remaining());
            }

            @Override
            public void unreadable(ChunkPlace place, StoreException why) {
              damage.add(why, place.chunk(), place.chunk() + 1);
            }
          });
      tool.flush();
    }
  }

  /// One thread's decoder and buffer.
  private static final class Tool implements Workers.Tool {
    private final ChunkGrid grid;
    private final ChunkReader reader;
    private final ChunkHasher hasher = new ChunkHasher();
    private final ByteBuffer joined;
    private Receiver receiver = (_, _) -> {};
    private long joinedOffsetBytes;

    Tool(ObjectStore store, ChunkGrid grid) {
      this.grid = grid;
      reader = new ChunkReader(store, grid);
      joined = ByteBuffer.allocateDirect(Math.max(JOINED_BYTES, grid.chunkSize().bytes()));
    }

    void begin(Receiver next) {
      receiver = next;
      joined.clear();
    }

    /// Behind the chunk before, if this one follows it.
    ByteBuffer room(long offsetBytes, int lengthBytes) {
      try {
        if (offsetBytes != joinedOffsetBytes + joined.position()
            || joined.remaining() < lengthBytes) {
          flush();
          joinedOffsetBytes = offsetBytes;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return joined.slice(joined.position(), lengthBytes);
    }

    /// What was given room last is there.
    void joined(int lengthBytes) {
      joined.position(joined.position() + lengthBytes);
    }

    void flush() throws IOException {
      if (joined.position() > 0) {
        receiver.bytes(joinedOffsetBytes, joined.flip());
        joined.clear();
      }
    }

    /// Notes those of `some` that `present` does not have.
    void compare(
        List<ChunkPlace> some,
        RestoreTarget.Present present,
        ConcurrentLinkedQueue<ChunkPlace> missing)
        throws IOException {
      for (ChunkPlace place : some) {
        joined.clear().limit(grid.lengthBytes(place.chunk()));
        present.read(grid.offsetBytes(place.chunk()), joined);
        if (!hasher.id(joined.flip()).equals(place.reference().id())) {
          missing.add(place);
        }
      }
      joined.clear();
    }

    @Override
    public void close() {
      reader.close();
    }
  }

  @Override
  public void close() {
    workers.close();
  }
}
