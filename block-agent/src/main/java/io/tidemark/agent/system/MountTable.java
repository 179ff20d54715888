package io.tidemark.agent.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is mounted where, as this process sees it.
public final class MountTable {
  private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

  private final List<Mount> mounts;

  private MountTable(List<Mount> mounts) {
    this.mounts = List.copyOf(mounts);
  }

  /// One line of it.
  ///
  /// @param device as files in it report it; a file system on one device has that device's number
  /// @param point where
  /// @param type `ext4`, `xfs` …
  public record Mount(DeviceNumber device, Path point, String type) {}

  public static MountTable read() throws IOException {
    return parse(Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.UTF_8));
  }

  static MountTable parse(List<String> lines) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : lines) {
      String[] fields = line.split(" ", -1);
      int dash = List.of(fields).indexOf("-");
      if (fields.length < 7 || dash < 0 || dash + 1 >= fields.length) {
        continue;
      }
      Optional<DeviceNumber> device = DeviceNumber.parse(fields[2]);
      if (device.isPresent()) {
        mounts.add(new Mount(device.get(), Path.of(unescape(fields[4])), fields[dash + 1]));
      }
    }
    return new MountTable(mounts);
  }

  private static String unescape(String text) {
    // The kernel escapes bytes, none of which is a part of a longer character.
    return ESCAPED
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(found.group(1), 8))));
  }

  /// What is seen at a mount point: the last of those mounted there.
  public Optional<Mount> at(Path point) {
    return mounts.stream().filter(mount -> mount.point().equals(point)).reduce((_, last) -> last);
  }

  /// Where the file system with that device is mounted.
  public List<Mount> of(DeviceNumber device) {
    return mounts.stream().filter(mount -> mount.device().equals(device)).toList();
  }
}
