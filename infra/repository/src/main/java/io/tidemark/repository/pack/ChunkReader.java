package io.tidemark.repository.pack;

import io.tidemark.repository.chunk.ChunkGrid;
import io.tidemark.repository.chunk.ChunkHasher;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.Remedy;
import io.tidemark.repository.frame.FrameDecoder;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;

/// Reads chunks of one volume out of packs and checks every one against its id before anybody sees
/// a byte of it. For one thread at a time; holds native memory until closed.
public final class ChunkReader implements AutoCloseable {
  private final ObjectStore store;
  private final ChunkGrid grid;
  private final FrameDecoder decoder = new FrameDecoder();
  private final ChunkHasher hasher = new ChunkHasher();
  private final ByteBuffer plaintext;

  /// @param grid of the snapshot that is read: it says how long each chunk is
  public ChunkReader(ObjectStore store, ChunkGrid grid) {
    this.store = store;
    this.grid = grid;
    plaintext = ByteBuffer.allocateDirect(grid.chunkSize().bytes());
  }

  /// Takes what was read.
  @FunctionalInterface
  public interface Receiver {
    /// @param plaintext the chunk's bytes, read-only; gone when the call returns
    void chunk(long chunk, ByteBuffer plaintext);

    /// A chunk that is gone or damaged. Throws `why`, unless a receiver goes on to find out what
    /// else is.
    ///
    /// @param why [StoreException.Missing], [StoreException.Corrupt] or
    ///   [StoreException.FormatTooNew], naming key and range
    default void unreadable(ChunkPlace place, StoreException why) {
      throw why;
    }
  }

  /// Reads one run in one request and hands over its chunks, by offset.
  ///
  /// @throws StoreException when the request fails for another reason than a missing object
  public void read(FrameRun run, Receiver receiver) {
    if (run.range().lengthBytes() > FrameRun.LARGEST_BYTES) {
      MalformedException tooLong =
          new MalformedException("no chunk has " + run.range().lengthBytes() + " bytes");
      for (ChunkPlace place : run.places()) {
        receiver.unreadable(
            place, tooLong.at(run.pack().key(), "chunk at " + run.range(), Remedy.VERIFY));
      }
      return;
    }
    byte[] bytes;
    try {
      bytes = store.get(run.pack().key(), run.range());
    } catch (StoreException.Missing e) {
      for (ChunkPlace place : run.places()) {
        receiver.unreadable(place, missing(place.reference()));
      }
      return;
    }
    Reference decoded = null;
    for (ChunkPlace place : run.places()) {
      StoreException why = null;
      try {
        int lengthBytes = grid.lengthBytes(place.chunk());
        if (!place.reference().equals(decoded) || plaintext.limit() != lengthBytes) {
          decoded = null;
          decode(run, bytes, place.reference(), lengthBytes);
          decoded = place.reference();
        }
      } catch (MalformedException e) {
        why = e.at(run.pack().key(), "chunk at " + range(place.reference()), Remedy.VERIFY);
      }
      if (why == null) {
        receiver.chunk(place.chunk(), plaintext.asReadOnlyBuffer());
      } else {
        receiver.unreadable(place, why);
      }
    }
  }

  private void decode(FrameRun run, byte[] bytes, Reference reference, int lengthBytes)
      throws MalformedException {
    int at = (int) (reference.offsetBytes() - run.range().offsetBytes());
    if (at + reference.lengthBytes() > bytes.length) {
      throw new MalformedException(
          "the object ends at byte " + (run.range().offsetBytes() + bytes.length));
    }
    plaintext.clear().limit(lengthBytes);
    decoder.decode(ByteBuffer.wrap(bytes, at, reference.lengthBytes()), plaintext);
    if (plaintext.hasRemaining()) {
      throw new MalformedException(
          "the chunk has " + plaintext.position() + " bytes, not " + lengthBytes);
    }
    if (!hasher.id(plaintext.flip()).equals(reference.id())) {
      throw new MalformedException("the bytes are not those of id " + reference.id());
    }
  }

  private static StoreException missing(Reference reference) {
    String key = reference.pack().key();
    return new StoreException.Missing(
        key,
        key
            + ", chunk at "
            + range(reference)
            + ": there is no such object, or it ends before; "
            + Remedy.CHECK.text());
  }

  private static ByteRange range(Reference reference) {
    return new ByteRange(reference.offsetBytes(), reference.lengthBytes());
  }

  @Override
  public void close() {
    decoder.close();
  }
}
