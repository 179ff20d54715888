package io.tidemark.agent.source;

import io.tidemark.agent.nbd.NbdTarget;
import io.tidemark.agent.qemu.QemuException;
import io.tidemark.agent.qemu.QemuInstant;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.key.SnapshotId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One instant of a disk that a QEMU has, read over NBD while its writers go on.
final class QemuView implements VolumeView {
  /// Below it the snapshot is given up: on a full scratch file an older QEMU fails its writers.
  static final long LEAST_FREE_BYTES = 256L << 20;

  static final String TRACKER = "dirty bitmap of QEMU";

  private final SourceAddress.Qemu address;
  private final Opening opening;
  private final QemuInstant.Place place;
  private final QemuInstant instant;
  private final QemuInstant.Taken disk;
  private final NbdView exported;
  private final Optional<TrackerNote> note;
  private Optional<String> keep;
  private boolean distrusted;

  QemuView(
      SourceAddress.Qemu address,
      Opening opening,
      QemuInstant.Place place,
      QemuInstant instant,
      NbdView exported,
      Optional<TrackerNote> note) {
    this.address = address;
    this.opening = opening;
    this.place = place;
    this.instant = instant;
    this.exported = exported;
    this.note = note;
    disk = instant.disks().getFirst();
    keep = note.map(TrackerNote::account);
  }

  @Override
  public long sizeBytes() {
    return exported.sizeBytes();
  }

  @Override
  public Consistency consistency() {
    return Consistency.CRASH;
  }

  @Override
  public Instant instant() {
    return instant.at();
  }

  @Override
  public List<String> remarks() {
    return List.of();
  }

  @Override
  public void read(long offsetBytes, ByteBuffer into) throws SourceException {
    requireRoom(address);
    exported.read(offsetBytes, into);
  }

  static void requireRoom(SourceAddress.Qemu address) throws SourceException {
    long free;
    try {
      free = Files.getFileStore(address.scratch()).getUsableSpace();
    } catch (IOException e) {
      throw new SourceException.Unreadable(
          address.text(), "its scratch folder cannot be looked at (" + e.getMessage() + ")", e);
    }
    if (free < LEAST_FREE_BYTES) {
      throw new SourceException.Changed(
          address.text(),
          "its scratch folder "
              + address.scratch()
              + " has only "
              + (free >> 20)
              + " MiB left for what writers replace while the snapshot is read. The snapshot was not"
              + " made. Make room there, or name a folder with more: qemu:/QMP.SOCK?scratch=FOLDER"
              + "#NODE");
    }
  }

  @Override
  public Optional<Extent> nextData(long fromBytes) throws SourceException {
    return exported.nextData(fromBytes);
  }

  @Override
  public Optional<SnapshotId> trackedFrom() {
    return note.map(TrackerNote::snapshot);
  }

  @Override
  public Changes changesSince(SnapshotId parent, long parentBytes) {
    if (note.isEmpty()) {
      return new Changes.Unknown("nobody has kept account since " + parent);
    }
    TrackerNote from = note.get();
    if (!from.snapshot().equals(parent)) {
      return new Changes.Unknown(
          "the account begins with " + from.snapshot() + ", and not with " + parent);
    }
    if (!from.source().equals(address.text())) {
      return new Changes.Unknown("the account is of " + from.source());
    }
    if (from.sizeBytes() != sizeBytes() || parentBytes != sizeBytes()) {
      return new Changes.Unknown("the size has changed");
    }
    if (disk.dirty().isEmpty()) {
      return new Changes.Unknown(disk.unknown());
    }
    String bitmap = disk.dirty().get();
    return exported.tells(NbdTarget.DIRTY_BITMAP + bitmap)
        ? new Changes.Known(TRACKER, exported.dirty(bitmap))
        : new Changes.Unknown("QEMU does not export its bitmap");
  }

  @Override
  public void committed(SnapshotId snapshot) throws IOException {
    if (distrusted) {
      return; // The next one begins a new account.
    }
    new TrackerNote(snapshot, address.text(), sizeBytes(), disk.bitmap()).write(opening.folder());
    keep = Optional.of(disk.bitmap());
  }

  @Override
  public void distrust() throws IOException {
    distrusted = true;
    TrackerNote.forget(opening.folder());
    keep = Optional.empty();
  }

  @Override
  public void confirm() throws SourceException {
    exported.confirm();
    try {
      if (!instant.stands()) {
        throw new SourceException.Changed(
            address.text(),
            "somebody ended the job in QEMU that kept the instant. The snapshot was not made. Run"
                + " it again.");
      }
    } catch (QemuException e) {
      throw QemuSources.refused(address.text(), e);
    }
  }

  @Override
  public void close() {
    exported.close();
    try {
      QemuInstant.release(place, disk.names().volume(), keep);
    } catch (QemuException e) {
      opening
          .warnings()
          .accept(
              "What was added to QEMU for the snapshot could not be removed: "
                  + e.getMessage()
                  + ". The next snapshot of this volume does it.");
    }
  }
}
