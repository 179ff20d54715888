package io.tidemark.agent.qemu;

import io.tidemark.agent.qemu.QemuMonitor.Action;
import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.quiesce.Stillness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One instant of one or several disks of a QEMU. A job on each disk copies to a scratch file what
/// writers are about to replace; a node beside it shows the disk as it was, and is exported. The
/// writers wait only while the jobs are put in place, all in one transaction.
///
/// The monitor is not held in between: a machine has other programs that watch over it.
public final class QemuInstant {
  private static final String ON_FAILURE = "on-cbw-error";

  private final Place place;
  private final Instant at;
  private final Path server;
  private final List<Taken> disks;

  private QemuInstant(Place place, Instant at, Path server, List<Taken> disks) {
    this.place = place;
    this.at = at;
    this.server = server;
    this.disks = List.copyOf(disks);
  }

  /// Where and how.
  ///
  /// @param monitor QMP socket
  /// @param scratch folder with room for what writers replace meanwhile
  /// @param server socket of an NBD server that this QEMU has already
  public record Place(Path monitor, Path scratch, Optional<Path> server) {}

  /// What is wanted.
  ///
  /// @param since bitmap that may count from the parent's instant
  public record Wanted(QemuNames names, String node, Optional<String> since) {}

  /// What was got.
  ///
  /// @param export its name at the server
  /// @param bitmap that counts from this instant on
  /// @param dirty name of the bitmap with what was written since `since`; empty when nobody can say
  /// @param unknown why not
  public record Taken(
      QemuNames names,
      String node,
      long sizeBytes,
      String export,
      String bitmap,
      Optional<String> dirty,
      String unknown) {}

  /// Takes one instant of all disks.
  ///
  /// @param stillness of whoever writes to them
  /// @throws QemuException when it cannot be had; then nothing is left of it
  /// @throws QuiesceException the same
  public static QemuInstant take(Place place, List<Wanted> wanted, Stillness stillness)
      throws QemuException, QuiesceException {
    try (QemuMonitor monitor = QemuMonitor.open(place.monitor())) {
      ScratchFolder scratch = ScratchFolder.in(place.scratch(), monitor.user());
      for (Wanted disk : wanted) {
        sweep(monitor, scratch, disk.names().volume(), disk.since());
      }
      boolean done = false;
      try {
        QemuInstant instant = take(place, wanted, monitor, scratch, stillness);
        done = true;
        return instant;
      } finally {
        if (!done) {
          undo(place, wanted, monitor, scratch);
        }
      }
    }
  }

  private static void undo(
      Place place, List<Wanted> wanted, QemuMonitor monitor, ScratchFolder scratch) {
    try {
      for (Wanted disk : wanted) {
        sweep(monitor, scratch, disk.names().volume(), disk.since());
      }
      new ExportServer(monitor, scratch.server(place.monitor()), place.server()).stopUnused();
    } catch (QemuException _) {
      // The next one that comes finds it by its name.
    }
  }

  private static QemuInstant take(
      Place place,
      List<Wanted> wanted,
      QemuMonitor monitor,
      ScratchFolder scratch,
      Stillness stillness)
      throws QemuException, QuiesceException {
    List<QemuNode> nodes = new ArrayList<>();
    for (Wanted disk : wanted) {
      QemuNode node = monitor.node(disk.node());
      nodes.add(node);
      addScratch(monitor, scratch, disk.names(), node.sizeBytes());
    }
    ExportServer exports =
        new ExportServer(monitor, scratch.server(place.monitor()), place.server());
    Path server = exports.start();
    Instant at =
        stillness.<Instant, QemuException>during(() -> transaction(monitor, wanted, nodes));
    List<Taken> taken = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      taken.add(export(monitor, wanted.get(i), nodes.get(i)));
    }
    return new QemuInstant(place, at, server, taken);
  }

  private static void addScratch(
      QemuMonitor monitor, ScratchFolder scratch, QemuNames names, long sizeBytes)
      throws QemuException {
    Path file = scratch.create(names.scratch(), sizeBytes);
    try {
      monitor.run(
          "blockdev-add",
          Map.of(
              "driver",
              "file",
              "node-name",
              names.scratch(),
              "filename",
              file.toString(),
              "discard",
              "unmap"));
    } catch (QemuException e) {
      throw e.kind() == QemuException.Kind.REFUSED
          ? new QemuException(
              QemuException.Kind.DENIED,
              e.getMessage()
                  + ". QEMU has to see the scratch folder and be allowed into it; name another"
                  + " place: ?scratch=FOLDER",
              e)
          : e;
    } finally {
      try {
        // QEMU has it open; the room is given back as soon as QEMU lets go, whatever happens here.
        Files.deleteIfExists(file);
      } catch (IOException _) {
        // The next sweep removes it.
      }
    }
  }

  private static Instant transaction(QemuMonitor monitor, List<Wanted> wanted, List<QemuNode> nodes)
      throws QemuException {
    List<String> jobs = wanted.stream().map(disk -> disk.names().job()).toList();
    try {
      // A scratch file that is full is to cost the snapshot, and not the machine its writes.
      return monitor.transaction(
          actions(wanted, nodes, Map.of(ON_FAILURE, "break-snapshot")), jobs);
    } catch (QemuException e) {
      if (e.kind() != QemuException.Kind.REFUSED
          || !String.valueOf(e.getMessage()).contains(ON_FAILURE)) {
        throw e;
      }
      // This QEMU is older than that; the room is watched instead.
      return monitor.transaction(actions(wanted, nodes, Map.of()), jobs);
    }
  }

  private static List<Action> actions(
      List<Wanted> wanted, List<QemuNode> nodes, Map<String, String> more) {
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      Wanted disk = wanted.get(i);
      QemuNode node = nodes.get(i);
      QemuNames names = disk.names();
      Map<String, Object> fresh =
          new HashMap<>(Map.of("node", disk.node(), "name", names.bitmap()));
      if (node.keepsBitmaps()) {
        fresh.put("persistent", true);
      }
      actions.add(new Action("block-dirty-bitmap-add", fresh));
      Optional<QemuBitmap> since = reliable(disk, node);
      if (since.isPresent()) {
        actions.add(
            new Action(
                "block-dirty-bitmap-add",
                Map.of(
                    "node",
                    disk.node(),
                    "name",
                    names.frozen(),
                    "granularity",
                    since.get().granularityBytes(),
                    "disabled",
                    true)));
        actions.add(
            new Action(
                "block-dirty-bitmap-merge",
                Map.of(
                    "node",
                    disk.node(),
                    "target",
                    names.frozen(),
                    "bitmaps",
                    List.of(since.get().name()))));
      }
      Map<String, Object> job = new LinkedHashMap<>(more);
      job.put("job-id", names.job());
      job.put("device", disk.node());
      job.put("target", names.scratch());
      job.put("sync", "none");
      job.put("filter-node-name", names.filter());
      actions.add(new Action("blockdev-backup", job));
    }
    return actions;
  }

  private static Optional<QemuBitmap> reliable(Wanted disk, QemuNode node) {
    return disk.since()
        .flatMap(node::bitmap)
        .filter(bitmap -> bitmap.state() == QemuBitmap.State.RECORDING);
  }

  /// Why what was written since cannot be told.
  private static String unknown(Wanted disk, QemuNode node) {
    if (disk.since().isEmpty()) {
      return "no bitmap of QEMU counts from the parent on";
    }
    return node.bitmap(disk.since().get())
        .map(
            bitmap ->
                "QEMU's bitmap cannot be relied on: "
                    + switch (bitmap.state()) {
                      case RECORDING -> "it could not be exported";
                      case DISABLED -> "it was not counting";
                      case BUSY -> "another job uses it";
                      case INCONSISTENT -> "QEMU was not ended in order";
                    })
        .orElse("QEMU has lost its bitmap: it was started anew, or the disk was replaced");
  }

  private static Taken export(QemuMonitor monitor, Wanted disk, QemuNode node)
      throws QemuException {
    QemuNames names = disk.names();
    monitor.run(
        "blockdev-add",
        Map.of("driver", "snapshot-access", "node-name", names.access(), "file", names.filter()));
    Map<String, Object> export = new HashMap<>();
    export.put("type", "nbd");
    export.put("id", names.export());
    export.put("node-name", names.access());
    export.put("name", names.export());
    export.put("writable", false);
    Optional<String> dirty = reliable(disk, node).map(_ -> names.frozen());
    if (dirty.isPresent()) {
      Map<String, Object> bitmap = Map.of("node", disk.node(), "name", dirty.get());
      Map<String, Object> with = new HashMap<>(export);
      with.put("bitmaps", List.of(bitmap));
      try {
        monitor.run("block-export-add", with);
      } catch (QemuException e) {
        if (e.kind() != QemuException.Kind.REFUSED) {
          throw e;
        }
        dirty = Optional.empty();
      }
    }
    if (dirty.isEmpty()) {
      monitor.run("block-export-add", export);
    }
    return new Taken(
        names,
        disk.node(),
        node.sizeBytes(),
        names.export(),
        names.bitmap(),
        dirty,
        unknown(disk, node));
  }

  /// When it was, by the host's clock.
  public Instant at() {
    return at;
  }

  /// Socket of the NBD server that exports the disks.
  public Path server() {
    return server;
  }

  public List<Taken> disks() {
    return disks;
  }

  /// Whether QEMU still keeps what writers replace.
  public boolean stands() throws QemuException {
    try (QemuMonitor monitor = QemuMonitor.open(place.monitor())) {
      List<String> jobs = monitor.jobs();
      return disks.stream().allMatch(disk -> jobs.contains(disk.names().job()));
    }
  }

  /// Removes all that was added for a disk, of this instant and of others.
  ///
  /// @param volume its 17 digits
  /// @param keep the bitmap that is to count on
  public static void release(Place place, String volume, Optional<String> keep)
      throws QemuException {
    try (QemuMonitor monitor = QemuMonitor.open(place.monitor())) {
      ScratchFolder scratch = ScratchFolder.in(place.scratch(), monitor.user());
      sweep(monitor, scratch, volume, keep);
      new ExportServer(monitor, scratch.server(place.monitor()), place.server()).stopUnused();
    }
  }

  private static void sweep(
      QemuMonitor monitor, ScratchFolder scratch, String volume, Optional<String> keep)
      throws QemuException {
    new QemuSweep(monitor, volume).run(keep);
    scratch.clear(QemuNames.prefix(volume));
  }
}
