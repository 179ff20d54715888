package io.tidemark.agent.system;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the kernel calls a device by, written `8:1`.
public record DeviceNumber(int major, int minor) {
  private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,9}):([0-9]{1,9})");

  static Optional<DeviceNumber> parse(String written) {
    Matcher matcher = WRITTEN.matcher(written);
    return matcher.matches()
        ? Optional.of(
            new DeviceNumber(
                Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
