package io.tidemark.repository.frame;

import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.format.NewerFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The 12 bytes before a frame's stored bytes (FORMAT.md, «Frames»).
///
/// @param codec [#RAW] or [#ZSTD]
/// @param plaintextBytes length after decoding
/// @param storedBytes length of what follows the header
public record FrameHeader(int codec, int plaintextBytes, int storedBytes) {
  public static final int BYTES = 12;
  public static final int RAW = 0;
  public static final int ZSTD = 1;

  private static final int MAGIC = 'T';
  private static final int SEALED = 1;
  private static final byte[] CRC8 = crc8Table();

  /// Reads the header at the buffer's position, which is not moved, and checks it against the
  /// frame's length, which is the buffer's remainder.
  public static FrameHeader read(ByteBuffer frame) throws MalformedException {
    int at = frame.position();
    if (frame.remaining() < BYTES) {
      throw new MalformedException(
          "a frame of " + frame.remaining() + " bytes is shorter than its header");
    }
    if (frame.get(at) != MAGIC) {
      throw new MalformedException("no frame begins here");
    }
    if (frame.get(at + 3) != check(frame, at)) {
      throw new MalformedException("the frame's header fails its check");
    }
    int codec = Byte.toUnsignedInt(frame.get(at + 1));
    int flags = Byte.toUnsignedInt(frame.get(at + 2));
    if ((flags & SEALED) != 0) {
      throw new NewerFormatException("the frame is sealed");
    }
    if (flags != 0 || codec > ZSTD) {
      throw new NewerFormatException("the frame has codec " + codec + " and flags " + flags);
    }
    int plaintextBytes = word(frame, at + 4);
    int storedBytes = word(frame, at + 8);
    if (plaintextBytes < 0 || storedBytes != frame.remaining() - BYTES) {
      throw new MalformedException(
          "the frame claims "
              + Integer.toUnsignedString(storedBytes)
              + " stored bytes for "
              + Integer.toUnsignedString(plaintextBytes)
              + ", "
              + (frame.remaining() - BYTES)
              + " are here");
    }
    if (storedBytes > plaintextBytes || (codec == RAW && storedBytes < plaintextBytes)) {
      throw new MalformedException(
          "a frame of codec " + codec + " stores " + plaintextBytes + " bytes as " + storedBytes);
    }
    return new FrameHeader(codec, plaintextBytes, storedBytes);
  }

  /// Writes the header at `at`; position, limit and byte order of `into` are left as they are.
  void write(ByteBuffer into, int at) {
    into.put(at, (byte) MAGIC).put(at + 1, (byte) codec).put(at + 2, (byte) 0);
    putWord(into, at + 4, plaintextBytes);
    putWord(into, at + 8, storedBytes);
    into.put(at + 3, check(into, at));
  }

  private static int word(ByteBuffer from, int at) {
    int word = from.getInt(at);
    return from.order() == ByteOrder.BIG_ENDIAN ? word : Integer.reverseBytes(word);
  }

  private static void putWord(ByteBuffer into, int at, int word) {
    into.putInt(at, into.order() == ByteOrder.BIG_ENDIAN ? word : Integer.reverseBytes(word));
  }

  /// CRC-8 (polynomial 0x07, from 0) of the header without byte 3. Ids guard the content; this one
  /// keeps a flipped bit from being taken for a newer format.
  private static byte check(ByteBuffer header, int at) {
    int crc = 0;
    for (int i = 0; i < BYTES; i++) {
      if (i != 3) {
        crc = CRC8[(crc ^ header.get(at + i)) & 0xff];
      }
    }
    return (byte) crc;
  }

  private static byte[] crc8Table() {
    byte[] table = new byte[256];
    for (int i = 0; i < 256; i++) {
      int crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x80) != 0 ? crc << 1 ^ 0x07 : crc << 1;
      }
      table[i] = (byte) crc;
    }
    return table;
  }
}
