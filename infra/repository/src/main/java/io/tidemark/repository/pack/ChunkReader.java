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
import java.util.List;

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

    /// Where a chunk is to be unpacked, which saves a receiver that collects chunks copying them.
    /// Nothing in there may be used before [#chunk] is called for it: it is not checked yet, and
    /// stays so when [#unreadable] is called instead.
    ///
    /// @param own the reader's buffer, as long as the chunk
    /// @return `own`, or another direct buffer with just as much remaining
    default ByteBuffer room(long chunk, ByteBuffer own) {
      return own;
    }

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
    Reference unpacked = null;
    int unpackedBytes = 0;
    List<ChunkPlace> places = run.places();
    for (int i = 0; i < places.size(); i++) {
      ChunkPlace place = places.get(i);
      Reference reference = place.reference();
      ByteBuffer own = plaintext.clear().limit(grid.lengthBytes(place.chunk()));
      ByteBuffer room = receiver.room(place.chunk(), own).slice();
      StoreException why = null;
      try {
        // A frame that several chunks share is unpacked and hashed once.
        if (reference.equals(unpacked) || isNext(reference, places, i)) {
          if (!reference.equals(unpacked) || own.limit() != unpackedBytes) {
            unpacked = null;
            decode(run, bytes, reference, own.slice());
            unpackedBytes = own.limit();
            unpacked = reference;
          }
          room.put(0, own, 0, own.limit());
        } else {
          unpacked = null;
          decode(run, bytes, reference, room.duplicate());
        }
      } catch (MalformedException e) {
        why = e.at(run.pack().key(), "chunk at " + range(reference), Remedy.VERIFY);
      }
      if (why == null) {
        receiver.chunk(place.chunk(), room.asReadOnlyBuffer());
      } else {
        receiver.unreadable(place, why);
      }
    }
  }

  private static boolean isNext(Reference reference, List<ChunkPlace> places, int i) {
    return i + 1 < places.size() && places.get(i + 1).reference().equals(reference);
  }

  private void decode(FrameRun run, byte[] bytes, Reference reference, ByteBuffer into)
      throws MalformedException {
    int at = (int) (reference.offsetBytes() - run.range().offsetBytes());
    if (at + reference.lengthBytes() > bytes.length) {
      throw new MalformedException(
          "the object ends at byte " + (run.range().offsetBytes() + bytes.length));
    }
    int lengthBytes = into.remaining();
    decoder.decode(ByteBuffer.wrap(bytes, at, reference.lengthBytes()), into);
    if (into.hasRemaining()) {
      throw new MalformedException(
          "the chunk has " + into.position() + " bytes, not " + lengthBytes);
    }
    if (!hasher.id(into.flip()).equals(reference.id())) {
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
