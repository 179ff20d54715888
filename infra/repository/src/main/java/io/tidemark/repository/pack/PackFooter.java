package io.tidemark.repository.pack;

import io.tidemark.repository.chunk.ChunkId;
import io.tidemark.repository.format.MalformedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// The end of a pack: every frame's id and place, then the header once more, so that one GET of the
/// last bytes tells all that a pack holds and whose it is (FORMAT.md, «Packs»).
final class PackFooter {
  static final int ENTRY_BYTES = ChunkId.BYTES + 8;
  static final int TRAILER_BYTES = PackHeader.BYTES + 16;

  /// Keeps what a reader must hold in memory small, however small the frames are.
  static final int LARGEST_ENTRIES = 1 << 16;

  static final long MAGIC = 0x54494445_464f4f54L; // TIDEFOOT

  private PackFooter() {}

  static int bytes(int entries) {
    return entries * ENTRY_BYTES + TRAILER_BYTES;
  }

  /// Writes the footer at the position of `to`, which begins where the object begins, and moves it
  /// past the end.
  static void write(PackBuilder pack, PackHeader header, ByteBuffer to) {
    int start = to.position();
    for (int entry = 0; entry < pack.entries(); entry++) {
      pack.id(entry).write(to);
      to.putInt(pack.offsetBytes(entry)).putInt(pack.lengthBytes(entry));
    }
    header.write(to);
    to.putInt(pack.entries());
    to.putInt(checksum(to, start));
    to.putLong(MAGIC);
  }

  /// The footer's length, read from the last bytes of an object.
  static int footerBytes(ByteBuffer tail, long objectBytes) throws MalformedException {
    ByteBuffer end = tail.duplicate().position(tail.limit() - 16);
    int entries = end.getInt();
    end.getInt();
    if (end.getLong() != MAGIC) {
      throw new MalformedException("no pack's footer ends here");
    }
    if (entries < 0
        || entries > LARGEST_ENTRIES
        || PackHeader.BYTES + bytes(entries) > objectBytes) {
      throw new MalformedException(
          "the footer claims "
              + Integer.toUnsignedString(entries)
              + " frames in a pack of "
              + objectBytes
              + " bytes");
    }
    return bytes(entries);
  }

  /// Reads a footer; `footer` is exactly that.
  static PackContents read(ByteBuffer footer, int objectBytes) throws MalformedException {
    int entries = footer.getInt(footer.limit() - 16);
    if (footer.getInt(footer.limit() - 12)
        != checksum(footer.duplicate().position(footer.limit() - 12), 0)) {
      throw new MalformedException("the footer fails its checksum");
    }
    PackHeader header = PackHeader.read(footer.slice(entries * ENTRY_BYTES, PackHeader.BYTES));
    List<Reference> frames = new ArrayList<>(entries);
    int end = objectBytes - footer.limit();
    int next = PackHeader.BYTES;
    for (int entry = 0; entry < entries; entry++) {
      ChunkId id = ChunkId.read(footer);
      int offsetBytes = footer.getInt();
      int lengthBytes = footer.getInt();
      if (offsetBytes < next || lengthBytes < 1 || lengthBytes > end - offsetBytes) {
        throw new MalformedException(
            "the footer claims a frame of " + lengthBytes + " bytes at " + offsetBytes);
      }
      next = offsetBytes + lengthBytes;
      frames.add(new Reference(id, header.id(), offsetBytes, lengthBytes));
    }
    return new PackContents(header, objectBytes, frames);
  }

  /// CRC-32C of the bytes from `start` to the position.
  private static int checksum(ByteBuffer bytes, int start) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(start, bytes.position() - start));
    return (int) crc.getValue();
  }
}
