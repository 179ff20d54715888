package io.tidemark.agent.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What sysfs says about block devices.
public final class BlockDevices {
  private final Path sys;

  /// Those of this host.
  public BlockDevices() {
    this(Path.of("/sys"));
  }

  BlockDevices(Path sys) {
    this.sys = sys;
  }

  /// Sectors written to and discarded from a device since it appeared. Equal before and after means
  /// that nobody wrote in between, processes that are gone included.
  public record WriteCounters(long writtenSectors, long discardedSectors) {}

  /// Empty when the device keeps no account.
  public Optional<WriteCounters> writeCounters(DeviceNumber device) {
    Path folder = folder(device);
    Path queue = folder.resolve("queue");
    if (!Files.isDirectory(queue)) {
      queue = folder.resolve("../queue"); // a partition's
    }
    String[] counters = line(folder.resolve("stat")).split(" +", -1);
    if (counters.length < 14 || !line(queue.resolve("iostats")).equals("1")) {
      return Optional.empty();
    }
    return Optional.of(
        new WriteCounters(Long.parseLong(counters[6]), Long.parseLong(counters[13])));
  }

  /// The node's usual path.
  public Path node(DeviceNumber device) {
    return Path.of("/dev", name(folder(device)).replace('!', '/'));
  }

  /// The device itself, the whole disk it is a partition of, and its partitions: a write through
  /// one of these changes the bytes of the device, or may.
  List<DeviceNumber> overlapping(DeviceNumber device) throws IOException {
    List<DeviceNumber> overlapping = new ArrayList<>();
    overlapping.add(device);
    Path folder = folder(device);
    if (!Files.isDirectory(folder)) {
      return overlapping;
    }
    if (Files.exists(folder.resolve("partition"))) {
      Path disk = folder.toRealPath().getParent();
      if (disk != null) {
        number(disk).ifPresent(overlapping::add);
      }
    }
    for (Path child : children(folder)) {
      if (Files.exists(child.resolve("partition"))) {
        number(child).ifPresent(overlapping::add);
      }
    }
    return overlapping;
  }

  /// The devices built on this one: `md0`, `dm-3`.
  List<String> users(DeviceNumber device) throws IOException {
    return children(folder(device).resolve("holders")).stream().map(BlockDevices::name).toList();
  }

  /// A loop device and the file it shows.
  record Loop(DeviceNumber device, String backingFile, Holder.Access access) {}

  List<Loop> loops() throws IOException {
    List<Loop> loops = new ArrayList<>();
    for (Path folder : children(sys.resolve("block"))) {
      if (!name(folder).startsWith("loop")) {
        continue;
      }
      String backingFile = line(folder.resolve("loop/backing_file"));
      Optional<DeviceNumber> device = number(folder);
      if (!backingFile.isEmpty() && device.isPresent()) {
        boolean readOnly = line(folder.resolve("ro")).equals("1");
        loops.add(
            new Loop(
                device.get(), backingFile, readOnly ? Holder.Access.READ : Holder.Access.WRITE));
      }
    }
    return loops;
  }

  private Path folder(DeviceNumber device) {
    return sys.resolve("dev/block").resolve(device.toString());
  }

  private static String name(Path folder) {
    try {
      return String.valueOf(folder.toRealPath().getFileName());
    } catch (IOException _) {
      return String.valueOf(folder.getFileName());
    }
  }

  private static Optional<DeviceNumber> number(Path folder) {
    return DeviceNumber.parse(line(folder.resolve("dev")));
  }

  /// The only line of a sysfs file; empty when there is no such file or the device is gone.
  private static String line(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException _) {
      return "";
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(children::add);
    } catch (NoSuchFileException _) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return children;
  }
}
