package io.tidemark.repository.chunk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/// The SHA-256 of a chunk's or a map node's plaintext, as four big-endian words.
public record ChunkId(long first, long second, long third, long fourth)
    implements Comparable<ChunkId> {
  public static final int BYTES = 32;

  /// Reads 32 bytes at the buffer's position and moves it past them, whatever the buffer's byte
  /// order.
  public static ChunkId read(ByteBuffer from) {
    ByteOrder order = from.order();
    from.order(ByteOrder.BIG_ENDIAN);
    try {
      return new ChunkId(from.getLong(), from.getLong(), from.getLong(), from.getLong());
    } finally {
      from.order(order);
    }
  }

  /// Writes 32 bytes at the buffer's position and moves it past them, whatever the buffer's byte
  /// order.
  public void write(ByteBuffer to) {
    ByteOrder order = to.order();
    to.order(ByteOrder.BIG_ENDIAN).putLong(first).putLong(second).putLong(third).putLong(fourth);
    to.order(order);
  }

  /// @throws IllegalArgumentException unless `hex` is 64 hexadecimal digits
  public static ChunkId parse(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("Not a chunk id: '" + hex + "'");
    }
    return read(ByteBuffer.wrap(bytes));
  }

  @Override
  public int compareTo(ChunkId other) {
    int order = Long.compareUnsigned(first, other.first);
    order = order != 0 ? order : Long.compareUnsigned(second, other.second);
    order = order != 0 ? order : Long.compareUnsigned(third, other.third);
    return order != 0 ? order : Long.compareUnsigned(fourth, other.fourth);
  }

  /// 64 lower-case hexadecimal digits.
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(first)
        + hex.toHexDigits(second)
        + hex.toHexDigits(third)
        + hex.toHexDigits(fourth);
  }
}
