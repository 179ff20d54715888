package io.tidemark.repository.key;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/// Drawn anew for every object, so that its writer knows it again after a create whose answer was
/// lost: 128 random bits, 32 hexadecimal digits.
public record CommitId(long high, long low) {
  private static CommitId of(Bits128 bits) {
    return new CommitId(bits.high(), bits.low());
  }

  public static CommitId random(RandomGenerator random) {
    return of(Bits128.random(random));
  }

  /// @throws IllegalArgumentException unless `hex` is 32 lower-case hexadecimal digits
  public static CommitId parse(String hex) {
    return of(Bits128.parse(hex));
  }

  /// Reads 16 bytes at the buffer's position and moves it past them.
  public static CommitId read(ByteBuffer from) {
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
