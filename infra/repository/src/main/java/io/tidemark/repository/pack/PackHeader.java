package io.tidemark.repository.pack;

import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;
import io.tidemark.repository.key.CommitId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The first 80 bytes of a pack: which one it is and whose (FORMAT.md, «Packs»).
///
/// @param token of the session that wrote it
/// @param commitId drawn anew for every key that a pack is sent to
public record PackHeader(PackId id, PackKind kind, Token token, CommitId commitId) {
  public static final int BYTES = 80;

  static final int FORMAT = 1;
  private static final long MAGIC = 0x54494445_5041434bL; // TIDEPACK

  /// Reads 80 bytes at the buffer's position and moves it past them.
  public static PackHeader read(ByteBuffer from) throws MalformedException {
    if (from.remaining() < BYTES) {
      throw new MalformedException(
          "a pack's header has " + BYTES + " bytes, " + from.remaining() + " are here");
    }
    ByteBuffer header = from.slice(from.position(), BYTES).order(ByteOrder.BIG_ENDIAN);
    if (header.getLong() != MAGIC) {
      throw new MalformedException("no pack's header begins here");
    }
    if (header.getInt(BYTES - 4) != checksum(header)) {
      throw new MalformedException("the pack's header fails its checksum");
    }
    int format = Short.toUnsignedInt(header.getShort());
    int kind = Byte.toUnsignedInt(header.get());
    int flags = Byte.toUnsignedInt(header.get());
    if (format != FORMAT || flags != 0) {
      throw new NewerFormatException("the pack has format " + format + " and flags " + flags);
    }
    PackKind known =
        PackKind.of(kind)
            .orElseThrow(() -> new NewerFormatException("the pack is of kind " + kind));
    int k = header.getInt();
    long session = header.getLong();
    VolumeId volume = VolumeId.read(header);
    header.position(header.position() + 7);
    Token token = Token.read(header);
    CommitId commitId = CommitId.read(header);
    from.position(from.position() + BYTES);
    try {
      return new PackHeader(new PackId(volume, session, k), known, token, commitId);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("the pack's header names no pack: " + e.getMessage());
    }
  }

  /// Writes 80 bytes at the buffer's position and moves it past them.
  public void write(ByteBuffer to) {
    ByteBuffer header = to.slice(to.position(), BYTES).order(ByteOrder.BIG_ENDIAN);
    header.putLong(MAGIC).putShort((short) FORMAT).put((byte) kind.code()).put((byte) 0);
    header.putInt(id.k()).putLong(id.session());
    id.volume().write(header);
    header.put(new byte[7]);
    token.write(header);
    commitId.write(header);
    header.putInt(0);
    header.putInt(checksum(header));
    to.position(to.position() + BYTES);
  }

  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.slice(0, BYTES - 4));
    return (int) crc.getValue();
  }
}
