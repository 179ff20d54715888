package io.tidemark.agent.source;

import io.tidemark.agent.nbd.NbdClient;
import io.tidemark.agent.nbd.NbdExport;
import io.tidemark.agent.nbd.NbdTarget;
import io.tidemark.agent.qemu.QemuException;
import io.tidemark.agent.qemu.QemuMonitor;
import io.tidemark.agent.qemu.QemuNode;
import io.tidemark.agent.system.FileStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Looks at sources without taking an instant of them.
public final class Outlooks {
  private static final String SERVED =
      "Have QEMU or qemu-storage-daemon serve it and add it as qemu:/QMP.SOCK#NODE: snapshots while"
          + " it is in use, and only what changed is read.";
  private static final String NO_ACCOUNT = "nobody keeps account; chunks are compared";

  private Outlooks() {}

  /// @throws SourceException when there is no such source, or it may not be read
  public static Outlook of(SourceAddress address) throws SourceException {
    return switch (address) {
      case SourceAddress.FileOrDevice(Path path) -> ofPath(path);
      case SourceAddress.Nbd nbd -> ofExport(nbd);
      case SourceAddress.Qemu qemu -> ofNode(qemu);
    };
  }

  private static Outlook ofPath(Path path) throws SourceException {
    Sources.requireReadable(path);
    boolean isDevice = Sources.requireVolume(path) == FileStatus.Kind.BLOCK_DEVICE;
    return new Outlook(
        Sources.sizeBytes(path),
        isDevice
            ? "that nobody has it mounted or open for writing, proved by claiming it; else refused"
            : "that nobody has it open for writing, proved by a lease; else refused",
        NO_ACCOUNT,
        isDevice ? "all of it, each time" : "all of it but its holes, each time",
        List.of(
            SERVED,
            "Or snapshot a copy of one instant (cp --reflink=always on XFS and btrfs, lvcreate"
                + " -s)."));
  }

  private static Outlook ofExport(SourceAddress.Nbd address) throws SourceException {
    try (NbdClient client = NbdSources.connect(address)) {
      NbdExport export = client.export();
      List<String> better = new ArrayList<>();
      String instant =
          switch (address.promise()) {
            case GIVEN -> "the address promises that nobody writes to the export";
            case NONE -> {
              better.add(
                  "If the export is a snapshot, or nobody writes to it, add instant=promised to the"
                      + " address.");
              yield "none: refused, or taken live with --allow-live";
            }
          };
      boolean tellsHoles = export.contexts().contains(NbdTarget.ALLOCATION);
      if (!tellsHoles) {
        better.add("Let the server tell its holes (base:allocation).");
      }
      if (!export.takesSeveralConnections()) {
        better.add("Let the server take several connections (NBD_FLAG_CAN_MULTI_CONN).");
      }
      better.add(SERVED);
      return new Outlook(
          OptionalLong.of(export.sizeBytes()),
          instant,
          NO_ACCOUNT,
          tellsHoles ? "all of it but its holes, each time" : "all of it, each time",
          better);
    }
  }

  private static Outlook ofNode(SourceAddress.Qemu address) throws SourceException {
    try (QemuMonitor monitor = QemuMonitor.open(address.monitor())) {
      QemuNode node = monitor.node(address.node());
      List<String> better = new ArrayList<>();
      if (!node.keepsBitmaps()) {
        better.add(
            "A qcow2 image keeps the account while QEMU is down; with "
                + node.driver()
                + " the next snapshot after that reads everything.");
      }
      return new Outlook(
          OptionalLong.of(node.sizeBytes()),
          "QEMU "
              + monitor.version()
              + " keeps what writers replace in "
              + address.scratch()
              + " while the snapshot is read",
          "a dirty bitmap of QEMU"
              + (node.keepsBitmaps() ? ", kept in the image" : ", lost when QEMU ends"),
          "the first time all of it but its holes, then what changed and a sample of the rest",
          better);
    } catch (QemuException e) {
      throw QemuSources.refused(address.text(), e);
    }
  }
}
