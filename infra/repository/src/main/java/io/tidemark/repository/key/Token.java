package io.tidemark.repository.key;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/// The secret of one session, drawn by its `begun` event and carried by every pack of it: 128
/// random bits, 32 hexadecimal digits.
public record Token(long high, long low) {
  private static Token of(Bits128 bits) {
    return new Token(bits.high(), bits.low());
  }

  public static Token random(RandomGenerator random) {
    return of(Bits128.random(random));
  }

  /// @throws IllegalArgumentException unless `hex` is 32 lower-case hexadecimal digits
  public static Token parse(String hex) {
    return of(Bits128.parse(hex));
  }

  /// Reads 16 bytes at the buffer's position and moves it past them.
  public static Token read(ByteBuffer from) {
    return of(Bits128.read(from));
  }

  /// Writes 16 bytes at the buffer's position and moves it past them.
  public void write(ByteBuffer to) {
    new Bits128(high, low).write(to);
  }

  @Override
  public String toString() {
    return new Bits128(high, low).toString();
  }
}
