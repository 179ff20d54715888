package io.tidemark.repository.key;

import io.tidemark.repository.format.MalformedException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// A volume's id: `vol-` and 17 lower-case hexadecimal digits, random, never used again.
public record VolumeId(String text) implements Comparable<VolumeId> {
  private static final Pattern SYNTAX = Pattern.compile("vol-[0-9a-f]{17}");

  public VolumeId {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "Not a volume id: '" + text + "' (wanted vol- and 17 of the digits 0-9a-f)");
    }
  }

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
    return new VolumeId("vol-" + hex.substring(1));
  }

  /// Writes 9 bytes at the buffer's position and moves it past them, whatever the buffer's byte
  /// order.
  public void write(ByteBuffer to) {
    to.put(HexFormat.of().parseHex("0" + text.substring(4)));
  }

  public static boolean isValid(String text) {
    return SYNTAX.matcher(text).matches();
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
