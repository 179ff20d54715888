package io.tidemark.agent.quantity;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Numbers of bytes as people write and read them.
public final class ByteCount {
  private static final String UNITS = "KMGTPE";
  private static final Pattern SYNTAX =
      Pattern.compile("([0-9]{1,18}) ?(?:([KMGTkmgt])(?:i?[Bb])?|[Bb])?");

  private ByteCount() {}

  /// `1.5 GiB`, `17 B`.
  public static String text(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    int unit = Math.min((63 - Long.numberOfLeadingZeros(bytes)) / 10, UNITS.length());
    double count = bytes / Math.scalb(1.0, 10 * unit);
    return String.format(
        Locale.ROOT, count < 10 ? "%.2f %ciB" : "%.1f %ciB", count, UNITS.charAt(unit - 1));
  }

  /// Reads `32KiB`, `32K`, `32768`; every unit is a power of 1,024.
  ///
  /// @throws IllegalArgumentException when it is no number of bytes
  public static long parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Not a number of bytes: '" + text + "' (wanted one like 32KiB, 1MiB or 65536)");
    }
    long count = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2);
    int shift = unit == null ? 0 : 10 * (1 + UNITS.indexOf(unit.toUpperCase(Locale.ROOT)));
    if (count > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("Not a number of bytes: '" + text + "' is too many");
    }
    return count << shift;
  }
}
