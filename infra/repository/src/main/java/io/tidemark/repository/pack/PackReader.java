package io.tidemark.repository.pack;

import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.Remedy;
import io.tidemark.repository.store.ByteRange;
import io.tidemark.repository.store.ObjectStore;
import io.tidemark.repository.store.StoreException;
import java.nio.ByteBuffer;

/// Reads headers and footers of packs, for resuming, scrubbing and repair. Safe for many threads.
public final class PackReader {
  /// One request covers the footers of packs with up to 1,600 frames, which most are.
  private static final int TAIL_BYTES = 64 << 10;

  private final ObjectStore store;

  public PackReader(ObjectStore store) {
    this.store = store;
  }

  /// The header, in one request.
  ///
  /// @throws StoreException.Missing when there is no such pack
  /// @throws StoreException.Corrupt when it is no pack's header, or another pack's
  public PackHeader header(PackId pack) {
    byte[] bytes = store.get(pack.key(), new ByteRange(0, PackHeader.BYTES));
    try {
      return matching(pack, PackHeader.read(ByteBuffer.wrap(bytes)));
    } catch (MalformedException e) {
      throw e.at(pack.key(), "pack header", Remedy.RESTORE_OBJECT);
    }
  }

  /// All that the pack holds, in one or two requests. Neither the frames nor the header at the
  /// object's start are read.
  ///
  /// @param objectBytes the object's length, from a LIST or a pack list
  /// @throws StoreException.Missing when there is no such pack
  /// @throws StoreException.Corrupt when its last bytes are no footer, or another pack's
  public PackContents contents(PackId pack, long objectBytes) {
    try {
      if (objectBytes < PackHeader.BYTES + PackFooter.TRAILER_BYTES
          || objectBytes > Integer.MAX_VALUE) {
        throw new MalformedException("no pack has " + objectBytes + " bytes");
      }
      ByteBuffer tail = tail(pack, objectBytes, (int) Math.min(objectBytes, TAIL_BYTES));
      int footerBytes = PackFooter.footerBytes(tail, objectBytes);
      if (footerBytes > tail.remaining()) {
        tail = tail(pack, objectBytes, footerBytes);
      }
      PackContents contents =
          PackFooter.read(tail.slice(tail.limit() - footerBytes, footerBytes), (int) objectBytes);
      matching(pack, contents.header());
      return contents;
    } catch (MalformedException e) {
      throw e.at(pack.key(), "pack footer", Remedy.RESTORE_OBJECT);
    }
  }

  private ByteBuffer tail(PackId pack, long objectBytes, int bytes) throws MalformedException {
    ByteRange range = new ByteRange(objectBytes - bytes, bytes);
    byte[] tail = store.get(pack.key(), range);
    if (tail.length != bytes) {
      throw new MalformedException(range + ": only " + tail.length + " bytes are there");
    }
    return ByteBuffer.wrap(tail);
  }

  private static PackHeader matching(PackId pack, PackHeader header) throws MalformedException {
    if (!header.id().equals(pack)) {
      throw new MalformedException("this is pack " + header.id().key());
    }
    return header;
  }
}
