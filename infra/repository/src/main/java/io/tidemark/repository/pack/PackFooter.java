package io.tidemark.repository.pack;

import io.tidemark.repository.chunk.ChunkId;
import java.nio.ByteBuffer;
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

  /// CRC-32C of the bytes from `start` to the position.
  private static int checksum(ByteBuffer bytes, int start) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(start, bytes.position() - start));
    return (int) crc.getValue();
  }
}
