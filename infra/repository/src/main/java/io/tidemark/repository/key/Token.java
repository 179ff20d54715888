package io.tidemark.repository.key;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// The secret of one session, drawn by its `begun` event and carried by every pack of it: 128
/// random bits, 32 hexadecimal digits.
public record Token(long high, long low) {
  public static final int BYTES = 16;

  public static Token random(RandomGenerator random) {
    return new Token(random.nextLong(), random.nextLong());
  }

  /// @throws IllegalArgumentException unless `hex` is 32 lower-case hexadecimal digits
  public static Token parse(String hex) {
    if (hex.length() != 2 * BYTES || !hex.chars().allMatch(Token::isDigit)) {
      throw new IllegalArgumentException("Not 32 of the digits 0-9a-f: '" + hex + "'");
    }
    return new Token(
        HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
  }

  private static boolean isDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  /// Reads 16 bytes at the buffer's position and moves it past them, whatever the buffer's byte
  /// order.
  public static Token read(ByteBuffer from) {
    ByteOrder order = from.order();
    from.order(ByteOrder.BIG_ENDIAN);
    try {
      return new Token(from.getLong(), from.getLong());
    } finally {
      from.order(order);
    }
  }

  /// Writes 16 bytes at the buffer's position and moves it past them, whatever the buffer's byte
  /// order.
  public void write(ByteBuffer to) {
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
