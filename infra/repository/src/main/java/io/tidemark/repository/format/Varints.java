package io.tidemark.repository.format;

import java.nio.ByteBuffer;

/// Integers of one to ten bytes: seven bits a byte, lowest first, the top bit set on all but the
/// last (FORMAT.md, «Integers»).
public final class Varints {
  private Varints() {}

  /// Writes `number`, taken as unsigned, at the buffer's position.
  public static void put(ByteBuffer to, long number) {
    long rest = number;
    while ((rest & ~0x7fL) != 0) {
      to.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    to.put((byte) rest);
  }

  /// Writes `number` so that small ones of either sign are short: 0, −1, 1, −2 … as 0, 1, 2, 3 …
  public static void putSigned(ByteBuffer to, long number) {
    put(to, (number << 1) ^ (number >> 63));
  }

  /// Reads what [#put] wrote; the shortest form is the only one.
  public static long read(ByteBuffer from) throws MalformedException {
    long number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!from.hasRemaining()) {
        throw new MalformedException("the bytes end inside a number");
      }
      byte next = from.get();
      number |= (next & 0x7fL) << shift;
      if (next >= 0) {
        if ((next == 0 && shift > 0) || (shift == 63 && next > 1)) {
          throw new MalformedException("a number is not in its shortest form");
        }
        return number;
      }
    }
    throw new MalformedException("a number has more than 64 bits");
  }

  /// Reads what [#putSigned] wrote.
  public static long readSigned(ByteBuffer from) throws MalformedException {
    long number = read(from);
    return (number >>> 1) ^ -(number & 1);
  }

  /// Reads a number from 0 to `largest`.
  public static int readInt(ByteBuffer from, int largest) throws MalformedException {
    long number = read(from);
    if (number < 0 || number > largest) {
      throw new MalformedException(
          "a number is " + Long.toUnsignedString(number) + ", at most " + largest + " is allowed");
    }
    return (int) number;
  }
}
