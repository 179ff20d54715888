package io.tidemark.repository.chunk;

import java.nio.ByteBuffer;

/// The zero test: such chunks are never stored.
public final class Zeros {
  private Zeros() {}

  /// Whether every remaining byte is 0 (also when none remains); position and limit are not moved.
  public static boolean isZero(ByteBuffer plaintext) {
    int at = plaintext.position();
    int end = plaintext.limit();
    // Most chunks that are not zero say so in their first words.
    for (; at + 64 <= end; at += 64) {
      long bits =
          plaintext.getLong(at)
              | plaintext.getLong(at + 8)
              | plaintext.getLong(at + 16)
              | plaintext.getLong(at + 24)
              | plaintext.getLong(at + 32)
              | plaintext.getLong(at + 40)
              | plaintext.getLong(at + 48)
              | plaintext.getLong(at + 56);
      if (bits != 0) {
        return false;
      }
    }
    for (; at < end; at++) {
      if (plaintext.get(at) != 0) {
        return false;
      }
    }
    return true;
  }
}
