package io.tidemark.agent.source;

import io.tidemark.agent.nbd.NbdClient;
import io.tidemark.agent.nbd.NbdExport;
import io.tidemark.agent.nbd.NbdTarget;
import io.tidemark.agent.qemu.QemuException;
import io.tidemark.agent.qemu.QemuMonitor;
import io.tidemark.agent.qemu.QemuNode;
import io.tidemark.agent.system.FileStatus;
import io.tidemark.repository.key.VolumeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    return of(address, Optional.empty());
  }

  /// The same of a volume that is known, of which something may be kept already.
  public static Outlook of(SourceAddress address, VolumeId volume) throws SourceException {
    return of(address, Optional.of(volume));
  }

  private static Outlook of(SourceAddress address, Optional<VolumeId> volume)
      throws SourceException {
    return switch (address) {
      case SourceAddress.FileOrDevice(Path path) -> ofPath(path, volume);
      case SourceAddress.Nbd nbd -> ofExport(nbd);
      case SourceAddress.Qemu qemu -> ofNode(qemu);
    };
  }

  private static Outlook ofPath(Path path, Optional<VolumeId> volume) throws SourceException {
    Sources.requireReadable(path);
    if (Sources.requireVolume(path) == FileStatus.Kind.BLOCK_DEVICE) {
      return new Outlook(
          Sources.sizeBytes(path),
          "that nobody has it mounted or open for writing, proved by claiming it; else refused",
          NO_ACCOUNT,
          "all of it, each time",
          OptionalLong.empty(),
          List.of(SERVED, "Or snapshot a copy of one instant (lvcreate -s)."));
    }
    CloneProspect prospect = CloneProspect.of(path, volume);
    return prospect.obstacle().isEmpty() ? ofCloned(path, prospect) : ofIdle(path, prospect);
  }

  private static Outlook ofCloned(Path path, CloneProspect prospect) {
    return new Outlook(
        Sources.sizeBytes(path),
        "a clone, made by " + prospect.fileSystem() + " at one instant while writers go on",
        "the clone is kept until the next snapshot, and their extents are compared",
        "the first time all of it but its holes, then what changed and a sample of the rest",
        prospect.heldBytes(),
        List.of());
  }

  private static Outlook ofIdle(Path path, CloneProspect prospect) {
    return new Outlook(
        Sources.sizeBytes(path),
        "that nobody has it open for writing, proved by a lease; else refused",
        NO_ACCOUNT,
        "all of it but its holes, each time",
        prospect.heldBytes(),
        List.of(prospect.obstacle(), SERVED, "Or snapshot a copy of one instant (lvcreate -s)."));
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
          OptionalLong.empty(),
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
          OptionalLong.empty(),
          better);
    } catch (QemuException e) {
      throw QemuSources.refused(address.text(), e);
    }
  }
}
