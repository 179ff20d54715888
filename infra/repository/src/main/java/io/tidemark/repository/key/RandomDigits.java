package io.tidemark.repository.key;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// Draws the random part of ids.
public final class RandomDigits {
  static final int DIGITS = 17;

  private RandomDigits() {}

  /// 17 lower-case hexadecimal digits, 68 random bits.
  public static String draw(RandomGenerator random) {
    HexFormat hex = HexFormat.of();
    return (hex.toHexDigits(random.nextLong()) + hex.toHexDigits((byte) random.nextInt()))
        .substring(0, DIGITS);
  }
}
