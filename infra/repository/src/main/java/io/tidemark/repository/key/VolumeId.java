package io.tidemark.repository.key;

import io.tidemark.repository.format.MalformedException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// A volume's id: `vol-` and 17 lower-case hexadecimal digits, random, never used again.
public record VolumeId(String text) implements Comparable<VolumeId> {
  private static final IdSyntax SYNTAX = new IdSyntax("vol-", "volume");

  public VolumeId {
    SYNTAX.require(text);
  }

  /// The length of the text form.
  public static final int CHARACTERS = SYNTAX.prefix().length() + RandomDigits.DIGITS;

  /// The length of the binary form.
  public static final int BYTES = 9;

  /// Reads 9 bytes, the number that the digits write, at the buffer's position and moves it past
  /// them, whatever the buffer's byte order.
  ///
  /// @throws MalformedException when the number has more than 17 digits
  public static VolumeId read(ByteBuffer from) throws MalformedException {
    byte[] number = new byte[BYTES];
    from.get(number);
    String hex = HexFormat.of().formatHex(number);
    if (hex.charAt(0) != '0') {
      throw new MalformedException("no volume has the number " + hex);
    }
    return new VolumeId(SYNTAX.prefix() + hex.substring(1));
  }

  /// Writes 9 bytes at the buffer's position and moves it past them, whatever the buffer's byte
  /// order.
  public void write(ByteBuffer to) {
    to.put(HexFormat.of().parseHex("0" + text.substring(SYNTAX.prefix().length())));
  }

  public static boolean isValid(String text) {
    return SYNTAX.isValid(text);
  }

  public static VolumeId random(RandomGenerator random) {
    return new VolumeId(SYNTAX.random(random));
  }

  @Override
  public int compareTo(VolumeId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
