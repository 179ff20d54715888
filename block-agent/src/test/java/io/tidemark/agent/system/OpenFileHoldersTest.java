package io.tidemark.agent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.system.Holder.Access;
import io.tidemark.agent.system.Machine.LoopDevice;
import io.tidemark.agent.system.Machine.Mounted;
import io.tidemark.agent.system.Machine.Shell;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFileHoldersTest {
  @TempDir Path folder;
  Path path = Path.of("");

  @BeforeEach
  void makeFile() throws IOException {
    path = Files.write(folder.resolve("disk image"), new byte[8 << 20]);
  }

  @Test
  void namesProcessesAndTellsReadersFromWriters() throws IOException {
    try (Shell writer = Shell.writerOf(path);
        Shell reader = Shell.readerOf(path)) {
      assertThat(new OpenFileHolders().of(path).holders())
          .containsExactlyInAnyOrder(
              new Holder.RunningProcess(writer.pid(), "sh", Access.WRITE),
              new Holder.RunningProcess(reader.pid(), "sh", Access.READ));
      assertThat(new OpenFileHolders().of(path).writers())
          .extracting(Holder::describe)
          .containsExactly("process " + writer.pid() + " (sh, open for writing)");
    }
    assertThat(new OpenFileHolders().of(path).holders()).isEmpty();
  }

  @Test
  void seesThroughOtherNames() throws IOException {
    Path link = Files.createLink(folder.resolve("other"), path);
    try (Shell writer = Shell.writerOf(link)) {
      assertThat(new OpenFileHolders().of(Files.createSymbolicLink(folder.resolve("sym"), path)))
          .extracting(OpenFileHolders.Findings::writers)
          .isEqualTo(List.of(new Holder.RunningProcess(writer.pid(), "sh", Access.WRITE)));
    }
  }

  @Test
  void seesMappingsWhoseDescriptorIsClosed() throws IOException {
    var mapping = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    var bytes = mapping.map(MapMode.READ_WRITE, 0, 4096);
    mapping.close();
    assertThat(new OpenFileHolders().of(path).writers())
        .singleElement()
        .isInstanceOfSatisfying(
            Holder.RunningProcess.class,
            it -> assertThat(it.pid()).isEqualTo(ProcessHandle.current().pid()));
    bytes.put(0, (byte) 1);
  }

  @Test
  void leavesOutItsOwnOpenFile() throws IOException {
    try (OpenFile file = OpenFile.open(path, EnumSet.of(OpenFile.Mode.WRITE))) {
      assertThat(new OpenFileHolders().ofOthers(file).holders()).isEmpty();
      assertThat(new OpenFileHolders().of(path).holders()).hasSize(1);
      try (OpenFile _ = OpenFile.open(path, Set.of())) {
        assertThat(new OpenFileHolders().ofOthers(file).holders()).hasSize(1);
      }
    }
  }

  @Test
  void namesLoopDeviceAndMount() throws IOException {
    Machine.needsRootAnd("losetup", "mkfs.ext4");
    Machine.run("mkfs.ext4", "-q", "-F", path.toString());
    try (LoopDevice loop = LoopDevice.attach(path)) {
      assertThat(holdersButPassers(path))
          .containsExactly(new Holder.Loop(loop.node(), Access.WRITE, List.of()));
      Path mountPoint = folder.resolve("mount point");
      try (Mounted _ = Mounted.mount(mountPoint, loop.node().toString())) {
        Holder mount = new Holder.Mount(loop.node(), mountPoint.toString(), Access.WRITE);
        assertThat(new OpenFileHolders().of(loop.node()).writers()).containsExactly(mount);
        assertThat(holdersButPassers(path))
            .containsExactly(new Holder.Loop(loop.node(), Access.WRITE, List.of(mount)));
        assertThat(Holder.describeAll(holdersButPassers(path)))
            .isEqualTo(
                "loop device "
                    + loop.node()
                    + " (attached, used by file system mounted at "
                    + mountPoint
                    + " from "
                    + loop.node()
                    + ")");
      }
    }
  }

  /// Without processes that look at each new device for a moment, as udev's do.
  private static List<Holder> holdersButPassers(Path path) throws IOException {
    return withoutPassers(new OpenFileHolders().of(path).holders());
  }

  private static List<Holder> withoutPassers(List<Holder> holders) {
    return holders.stream()
        .filter(it -> it.writes() || !(it instanceof Holder.RunningProcess))
        .map(
            it ->
                it instanceof Holder.Loop(Path device, Access access, List<Holder> users)
                    ? new Holder.Loop(device, access, withoutPassers(users))
                    : it)
        .toList();
  }

  @Test
  void tellsAReadOnlyLoopDevice() throws IOException {
    Machine.needsRootAnd("losetup");
    try (LoopDevice loop = LoopDevice.attach(path, "--read-only")) {
      assertThat(holdersButPassers(path))
          .containsExactly(new Holder.Loop(loop.node(), Access.READ, List.of()));
    }
  }

  @Test
  void namesAProcessThatHasADeviceOpenByAnotherNode() throws IOException {
    Machine.needsRootAnd("losetup", "mknod");
    try (LoopDevice loop = LoopDevice.attach(path)) {
      DeviceNumber number = FileStatus.of(loop.node()).device();
      Path node = folder.resolve("node");
      Machine.run(
          "mknod",
          node.toString(),
          "b",
          Integer.toString(number.major()),
          Integer.toString(number.minor()));
      try (Shell writer = Shell.writerOf(node)) {
        assertThat(new OpenFileHolders().of(loop.node()).writers())
            .containsExactly(new Holder.RunningProcess(writer.pid(), "sh", Access.WRITE));
      }
    }
  }

  @Test
  void namesSwapSpace() throws IOException {
    Machine.needsRootAnd("losetup", "mkswap", "swapon");
    Machine.run("mkswap", path.toString());
    try (LoopDevice loop = LoopDevice.attach(path)) {
      Machine.run("swapon", loop.node().toString());
      try {
        assertThat(new OpenFileHolders().of(loop.node()).writers())
            .containsExactly(new Holder.Swap(loop.node()));
      } finally {
        Machine.run("swapoff", loop.node().toString());
      }
    }
  }

  @Test
  void saysWhatItCannotSee() throws IOException {
    Path proc = folder.resolve("proc");
    for (String other : List.of("1", "22")) {
      Files.createDirectories(proc.resolve(other));
      Files.writeString(proc.resolve(other).resolve("cmdline"), "daemon");
    }
    Files.createDirectories(proc.resolve("2"));
    Files.writeString(proc.resolve("2/cmdline"), ""); // a kernel thread
    assertThat(new OpenFileHolders(proc, new BlockDevices()).of(path).blindSpots())
        .containsExactly(
            "What 2 processes of other users have open cannot be seen; root sees it.",
            "Processes outside this container cannot be seen.");
  }
}
