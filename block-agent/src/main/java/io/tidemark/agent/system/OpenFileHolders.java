package io.tidemark.agent.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds who uses a file or a block device: processes with it open or mapped, loop devices, mounts,
/// swap space, devices built on it. What it finds is a moment's view; what it could not look at it
/// says.
public final class OpenFileHolders {
  /// Every Linux has its first process namespace under this number.
  private static final String FIRST_PROCESS_NAMESPACE = "pid:[4026531836]";

  /// Loop device on a file on a loop device on a file: further nobody goes.
  private static final int DEEPEST = 4;

  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  private final Path proc;
  private final BlockDevices devices;

  /// Those of this host.
  public OpenFileHolders() {
    this(Path.of("/proc"), new BlockDevices());
  }

  OpenFileHolders(Path proc, BlockDevices devices) {
    this.proc = proc;
    this.devices = devices;
  }

  /// @param blindSpots what could not be looked at, one sentence each
  public record Findings(List<Holder> holders, List<String> blindSpots) {
    public Findings {
      holders = List.copyOf(holders);
      blindSpots = List.copyOf(blindSpots);
    }

    /// Those through whom bytes may change.
    public List<Holder> writers() {
      return holders.stream().filter(Holder::writes).toList();
    }
  }

  /// Who uses what lies at `path`.
  public Findings of(Path path) throws IOException {
    return find(FileStatus.of(path), OptionalInt.empty(), 0);
  }

  /// Who else uses the file or device that this is open on.
  public Findings ofOthers(OpenFile file) throws IOException {
    return find(file.status(), OptionalInt.of(file.descriptor()), 0);
  }

  private Findings find(FileStatus wanted, OptionalInt ownDescriptor, int depth)
      throws IOException {
    boolean isDevice = wanted.kind() == FileStatus.Kind.BLOCK_DEVICE;
    Set<DeviceNumber> overlapping =
        isDevice ? Set.copyOf(devices.overlapping(wanted.device())) : Set.of();
    Search search = new Search(wanted, overlapping);
    // What the kernel itself holds comes first: it tells more than the process that set it up.
    for (DeviceNumber device : overlapping) {
      for (String user : devices.users(device)) {
        search.holders.add(new Holder.Stacked(devices.node(device), user));
      }
    }
    findLoops(search, depth);
    findSwaps(search);
    findInProcesses(search, ownDescriptor);
    return new Findings(List.copyOf(search.holders), search.blindSpots());
  }

  private void findLoops(Search search, int depth) throws IOException {
    for (BlockDevices.Loop loop : devices.loops()) {
      if (search.isMet(Path.of(loop.backingFile()))) {
        Path node = devices.node(loop.device());
        List<Holder> users =
            depth < DEEPEST && Files.exists(node)
                ? find(FileStatus.of(node), OptionalInt.empty(), depth + 1).holders()
                : List.of();
        search.holders.add(new Holder.Loop(node, loop.access(), users));
      }
    }
  }

  private void findSwaps(Search search) {
    for (String line : lines(proc.resolve("swaps"))) {
      if (line.startsWith("/")) {
        Path path = Path.of(unescape(line.split("[ \t]", 2)[0]));
        if (search.isMet(path)) {
          search.holders.add(new Holder.Swap(path));
        }
      }
    }
  }

  private void findInProcesses(Search search, OptionalInt ownDescriptor) throws IOException {
    String self = String.valueOf(ProcessHandle.current().pid());
    Set<String> mountNamespaces = new HashSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        Optional<String> namespace = link(process.resolve("ns/mnt"));
        if (namespace.isPresent() && mountNamespaces.add(namespace.get())) {
          findMounts(process, search);
        }
        boolean isSelf = String.valueOf(process.getFileName()).equals(self);
        findDescriptors(process, search, isSelf ? ownDescriptor : OptionalInt.empty());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    search.seesAllProcesses =
        link(proc.resolve("self/ns/pid")).filter(FIRST_PROCESS_NAMESPACE::equals).isPresent();
  }

  private static void findMounts(Path process, Search search) {
    if (search.overlapping.isEmpty()) {
      return;
    }
    for (String line : lines(process.resolve("mountinfo"))) {
      // 36 35 98:0 /root /mount/point rw,noatime shared:1 - ext4 /dev/source rw,errors=continue
      String[] halves = line.split(" - ", 2);
      String[] mount = halves[0].split(" ", -1);
      String[] fileSystem = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
      if (mount.length < 5 || fileSystem.length < 3) {
        continue;
      }
      Path source = Path.of(unescape(fileSystem[1]));
      // btrfs shows a device number of its own making, so its source is looked at too.
      if (DeviceNumber.parse(mount[2]).filter(search.overlapping::contains).isPresent()
          || (source.isAbsolute() && search.isMet(source))) {
        boolean readOnly = List.of(fileSystem[2].split(",", -1)).contains("ro");
        search.holders.add(
            new Holder.Mount(
                source, unescape(mount[4]), readOnly ? Holder.Access.READ : Holder.Access.WRITE));
      }
    }
  }

  private static void findDescriptors(Path process, Search search, OptionalInt ownDescriptor) {
    Optional<Holder.Access> access = Optional.empty();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        int number = Integer.parseInt(String.valueOf(descriptor.getFileName()));
        if (ownDescriptor.orElse(-1) != number
            && link(descriptor).filter(it -> it.startsWith("/")).isPresent()
            && search.isMet(descriptor)) {
          access = stronger(access, accessOf(process.resolve("fdinfo/" + number)));
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // Another user's, or ended meanwhile, or a kernel thread: those have no command line.
      if (!lines(process.resolve("cmdline")).isEmpty()) {
        search.unseenProcesses++;
      }
      return;
    }
    // A file stays open through a mapping when the descriptor is long closed.
    for (String line : lines(process.resolve("maps"))) {
      // 7f12-7f13 rw-s 00000000 fd:01 1234      /path
      String[] columns = line.split(" +", 6);
      if (columns.length == 6
          && columns[5].startsWith("/")
          && search.mayBeInode(columns[4])
          && search.isMet(Path.of(columns[5]))) {
        access =
            stronger(access, columns[1].equals("rw-s") ? Holder.Access.WRITE : Holder.Access.READ);
      }
    }
    access.ifPresent(
        it -> {
          long pid = Long.parseLong(String.valueOf(process.getFileName()));
          search.holders.add(new Holder.RunningProcess(pid, command(process), it));
        });
  }

  private static Holder.Access accessOf(Path descriptorInfo) {
    for (String line : lines(descriptorInfo)) {
      if (line.startsWith("flags:")) {
        int flags = Integer.parseUnsignedInt(line.substring("flags:".length()).strip(), 8);
        return (flags & 3) == 0 ? Holder.Access.READ : Holder.Access.WRITE;
      }
    }
    return Holder.Access.READ;
  }

  private static Optional<Holder.Access> stronger(
      Optional<Holder.Access> one, Holder.Access other) {
    return one.filter(it -> it == Holder.Access.WRITE).or(() -> Optional.of(other));
  }

  private static String command(Path process) {
    List<String> lines = lines(process.resolve("comm"));
    return lines.isEmpty() ? "?" : lines.getFirst().replaceAll("\\p{Cntrl}", "?");
  }

  /// The kernel writes blanks and the like in paths as octal numbers.
  private static String unescape(String path) {
    return OCTAL
        .matcher(path)
        .replaceAll(
            it ->
                Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(it.group(1), 8))));
  }

  private static List<String> lines(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private static Optional<String> link(Path link) {
    try {
      return Optional.of(Files.readSymbolicLink(link).toString());
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// What is looked for, and what was found so far.
  private static final class Search {
    final FileStatus wanted;
    final Set<DeviceNumber> overlapping;
    final Set<Holder> holders = new LinkedHashSet<>();
    int unseenProcesses;
    boolean seesAllProcesses;

    Search(FileStatus wanted, Set<DeviceNumber> overlapping) {
      this.wanted = wanted;
      this.overlapping = overlapping;
    }

    boolean isMet(Path path) {
      try {
        FileStatus status = FileStatus.asCached(path);
        return status.kind() == FileStatus.Kind.BLOCK_DEVICE
            ? overlapping.contains(status.device())
            : status.isSameAs(wanted);
      } catch (SystemCallException _) {
        return false; // Gone, or in a place that we cannot see.
      }
    }

    /// Spares looking at most mappings; a device's have the inode of some node of it.
    boolean mayBeInode(String number) {
      return !overlapping.isEmpty() || number.equals(Long.toUnsignedString(wanted.inode()));
    }

    List<String> blindSpots() {
      List<String> blindSpots = new ArrayList<>();
      if (unseenProcesses > 0) {
        blindSpots.add(
            "What "
                + (unseenProcesses == 1 ? "1 process" : unseenProcesses + " processes")
                + " of other users have open cannot be seen; root sees it.");
      }
      if (!seesAllProcesses) {
        blindSpots.add("Processes outside this container cannot be seen.");
      }
      return blindSpots;
    }
  }
}
