package io.tidemark.repository.key;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// 128 bits, drawn at random: 32 lower-case hexadecimal digits as text, 16 bytes big-endian.
record Bits128(long high, long low) {
  static final int BYTES = 16;

  static Bits128 random(RandomGenerator random) {
    return new Bits128(random.nextLong(), random.nextLong());
  }

  /// @throws IllegalArgumentException unless `hex` is 32 lower-case hexadecimal digits
  static Bits128 parse(String hex) {
    if (hex.length() != 2 * BYTES || !hex.chars().allMatch(Bits128::isDigit)) {
      throw new IllegalArgumentException("Not 32 of the digits 0-9a-f: '" + hex + "'");
    }
    return new Bits128(
        HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
  }

  private static boolean isDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  /// Reads 16 bytes at the buffer's position and moves it past them, whatever the buffer's byte
  /// order.
  static Bits128 read(ByteBuffer from) {
    ByteOrder order = from.order();
    from.order(ByteOrder.BIG_ENDIAN);
    try {
      return new Bits128(from.getLong(), from.getLong());
    } finally {
      from.order(order);
    }
  }

  /// Writes 16 bytes at the buffer's position and moves it past them, whatever the buffer's byte
  /// order.
  void write(ByteBuffer to) {
    ByteOrder order = to.order();
    to.order(ByteOrder.BIG_ENDIAN).putLong(high).putLong(low);
    to.order(order);
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}
