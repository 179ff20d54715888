package io.tidemark.agent.source;

import io.tidemark.agent.system.FileStatus;
import io.tidemark.agent.system.OpenFile;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.key.SnapshotId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A clone of an image file, made at one instant. Once what it shows is a snapshot, it is kept
/// until the next one, to be compared with that.
final class CloneView extends MediumView {
  static final String TRACKER = "comparison of extents";

  private final Consistency consistency;
  private final Opening opening;
  private final CloneFolder folder;
  private final Path clone;
  private final FileStatus status;
  private final Optional<TrackerNote> note;
  private @Nullable OpenFile before;
  private boolean kept;
  private boolean distrusted;

  /// @param medium the clone, under the image's path; closed by the caller when this throws
  /// @param clone its path
  /// @param note of the clone that is kept since the last snapshot
  CloneView(
      Medium medium,
      Instant instant,
      Consistency consistency,
      Opening opening,
      CloneFolder folder,
      Path clone,
      Optional<TrackerNote> note)
      throws IOException {
    super(medium, instant);
    this.consistency = consistency;
    this.opening = opening;
    this.folder = folder;
    this.clone = clone;
    this.note = note;
    medium.file().sync();
    status = medium.file().status();
  }

  @Override
  public Consistency consistency() {
    return consistency;
  }

  @Override
  public List<String> remarks() {
    return List.of();
  }

  @Override
  public void read(long offsetBytes, ByteBuffer into) throws SourceException {
    if (!folder.hasRoomStill()) {
      throw new SourceException.Changed(
          medium.path(),
          "its file system is nearly full ("
              + folder.room()
              + "), and writers need room for what they overwrite while the snapshot is read. The"
              + " snapshot was not made. Make room, and run it again.");
    }
    super.read(offsetBytes, into);
  }

  @Override
  public Optional<SnapshotId> trackedFrom() {
    return note.map(TrackerNote::snapshot);
  }

  @Override
  public Changes changesSince(SnapshotId parent, long parentBytes) {
    if (note.isEmpty()) {
      return new Changes.Unknown("no clone was kept since " + parent);
    }
    TrackerNote from = note.get();
    if (!from.snapshot().equals(parent)) {
      return new Changes.Unknown(
          "the clone that was kept is of " + from.snapshot() + ", and not of " + parent);
    }
    if (from.sizeBytes() != sizeBytes() || parentBytes != sizeBytes()) {
      return new Changes.Unknown("the size has changed");
    }
    Optional<CloneMark> mark = CloneMark.parse(from.account());
    Optional<Path> path = mark.flatMap(folder::find);
    if (path.isEmpty()) {
      return new Changes.Unknown("what was kept since " + parent + " is no clone");
    }
    try {
      OpenFile found = OpenFile.open(path.get(), Set.of());
      before = found;
      FileStatus kept = found.status();
      return mark.get().fits(kept) && kept.sizeBytes() == sizeBytes()
          ? new Changes.Known(
              TRACKER,
              new CloneDifference(medium.path().toString(), found, medium.file(), sizeBytes()))
          : new Changes.Unknown("somebody has changed the clone of " + parent);
    } catch (IOException e) {
      return new Changes.Unknown(
          "the clone of " + parent + " cannot be had (" + e.getMessage() + ")");
    }
  }

  @Override
  public void committed(SnapshotId snapshot) throws IOException {
    if (distrusted) {
      return; // The next one begins anew.
    }
    if (!folder.hasRoom()) {
      TrackerNote.forget(opening.folder());
      throw new IOException(
          medium.path() + ": no clone is kept, for its file system fills up: " + folder.room());
    }
    CloneMark mark = CloneMark.of(String.valueOf(clone.getFileName()), status);
    new TrackerNote(snapshot, opening.address().text(), sizeBytes(), mark.text())
        .write(opening.folder());
    kept = true;
  }

  @Override
  public void distrust() throws IOException {
    distrusted = true;
    kept = false;
    TrackerNote.forget(opening.folder());
  }

  @Override
  public void confirm() throws SourceException {
    try {
      if (CloneMark.of("", status).fits(FileStatus.of(clone))) {
        return;
      }
    } catch (IOException e) {
      throw new SourceException.Changed(
          medium.path(),
          "its clone was removed while it was read ("
              + e.getMessage()
              + "). The snapshot was not made. Run it again.");
    }
    throw new SourceException.Changed(
        medium.path(),
        "somebody wrote to its clone "
            + clone
            + " while that was read. The snapshot was not made. Run it again.");
  }

  /// Keeps the clone that the next snapshot is compared with, and no other.
  @Override
  public void close() {
    super.close();
    OpenFile old = before;
    if (old != null) {
      old.close();
    }
    try {
      folder.sweep(keep());
    } catch (IOException e) {
      opening
          .warnings()
          .accept(
              "A clone that is no longer needed could not be removed: "
                  + e.getMessage()
                  + ". The next snapshot of this volume does it.");
    }
  }

  private Optional<Path> keep() {
    if (kept) {
      return Optional.of(clone);
    }
    return TrackerNote.read(opening.folder())
        .map(TrackerNote::account)
        .flatMap(CloneMark::parse)
        .flatMap(folder::find)
        .filter(path -> Files.exists(path));
  }
}
