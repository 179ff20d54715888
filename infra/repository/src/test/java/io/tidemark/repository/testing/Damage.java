package io.tidemark.repository.testing;

import java.util.Arrays;
import java.util.function.Consumer;

/// Everything that can go wrong with a few bytes.
public final class Damage {
  private Damage() {}

  /// Hands over `sound` cut at every length, with a byte too many, and with every single bit
  /// flipped.
  public static void everywhere(byte[] sound, Consumer<byte[]> damaged) {
    for (int length = 0; length < sound.length; length++) {
      damaged.accept(Arrays.copyOf(sound, length));
    }
    damaged.accept(Arrays.copyOf(sound, sound.length + 1));
    everyFlip(sound, 0, sound.length, damaged);
  }

  /// Hands over `sound` with every single bit from byte `from` to byte `to` flipped.
  public static void everyFlip(byte[] sound, int from, int to, Consumer<byte[]> damaged) {
    for (int bit = 8 * from; bit < 8 * to; bit++) {
      byte[] flipped = sound.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      damaged.accept(flipped);
    }
  }
}
