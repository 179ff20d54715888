package io.tidemark.agent.qemu;

import io.tidemark.agent.socket.Served;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A `qemu-storage-daemon` with disks `disk0`, `disk1` …, each exported writable under its name.
public final class StorageDaemon implements AutoCloseable {
  private final Served process;
  private final Path folder;

  private StorageDaemon(Served process, Path folder) {
    this.process = process;
    this.folder = folder;
  }

  /// Whether it serves NBD from the start.
  public enum Exports {
    WRITABLE,
    NONE
  }

  public static StorageDaemon start(Path folder, String format, Exports exports, Path... images)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("qemu-storage-daemon"));
    Path monitor = folder.resolve("qmp");
    for (int i = 0; i < images.length; i++) {
      command.addAll(
          List.of(
              "--blockdev",
              "driver=file,node-name=file" + i + ",filename=" + images[i] + ",discard=unmap",
              "--blockdev",
              "driver=" + format + ",node-name=disk" + i + ",file=file" + i + ",discard=unmap"));
    }
    command.addAll(
        List.of(
            "--chardev",
            "socket,id=qmp,server=on,wait=off,path=" + monitor,
            "--monitor",
            "chardev=qmp"));
    Path ready = monitor;
    if (exports == Exports.WRITABLE) {
      ready = folder.resolve("nbd");
      command.addAll(List.of("--nbd-server", "addr.type=unix,addr.path=" + ready));
      for (int i = 0; i < images.length; i++) {
        command.addAll(
            List.of(
                "--export",
                "type=nbd,id=w" + i + ",node-name=disk" + i + ",name=disk" + i + ",writable=on"));
      }
    }
    return new StorageDaemon(
        Served.start(folder.resolve("qsd.log"), UnixDomainSocketAddress.of(ready), command),
        folder);
  }

  public Path monitor() {
    return folder.resolve("qmp");
  }

  public Path exports() {
    return folder.resolve("nbd");
  }

  public Object execute(String command, Map<String, ?> arguments) throws QemuException {
    try (QmpConnection connection = QmpConnection.open(monitor())) {
      return connection.execute(command, arguments);
    }
  }

  /// All that Tidemark has added and not removed.
  public List<String> added() throws QemuException {
    List<String> added = new ArrayList<>();
    try (QemuMonitor monitor = QemuMonitor.open(monitor())) {
      added.addAll(monitor.jobs());
      added.addAll(monitor.exports());
      for (QemuNode node : monitor.nodes()) {
        added.add(node.name());
        node.bitmaps().forEach(bitmap -> added.add("bitmap " + bitmap.name()));
      }
    }
    added.removeIf(
        name -> name.startsWith("disk") || name.startsWith("file") || name.matches("w[0-9]"));
    return added;
  }

  @Override
  public void close() {
    process.close();
  }
}
