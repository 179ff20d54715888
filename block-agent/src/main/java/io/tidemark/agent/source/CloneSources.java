package io.tidemark.agent.source;

import io.tidemark.agent.quiesce.QuiesceException;
import io.tidemark.agent.system.FileLease;
import io.tidemark.agent.system.OpenFile;
import io.tidemark.agent.system.Reflinks;
import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.key.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Takes one instant of image files that lie where a file can be cloned, whoever writes to them.
final class CloneSources {
  private final InstantSource clock;
  private final Sources.Leases leases;

  CloneSources(InstantSource clock, Sources.Leases leases) {
    this.clock = clock;
    this.leases = leases;
  }

  /// What came of an attempt.
  sealed interface Attempt {
    record Taken(VolumeView view) implements Attempt {}

    /// Nothing was taken, and nothing is left of it.
    ///
    /// @param why a clause; empty where nobody expects a clone
    record NotHere(String why) implements Attempt {}
  }

  /// Takes the instant, if the file can be cloned.
  ///
  /// @param image open for reading; the caller closes it
  /// @throws SourceException.NotQuiesced when writers could not be held
  Attempt take(Path path, OpenFile image, Opening opening) throws SourceException {
    CloneFolder folder;
    Optional<Reflinks.FileSystem> fileSystem;
    try {
      folder = CloneFolder.of(path, opening.volume());
      fileSystem = folder.fileSystem();
    } catch (IOException _) {
      return new Attempt.NotHere("");
    }
    Optional<TrackerNote> note = TrackerNote.read(opening.folder());
    if (fileSystem.isEmpty()) {
      return new Attempt.NotHere("");
    }
    String where = "it lies on " + fileSystem.get().words() + ", but ";
    try {
      folder.sweep(parent(folder, note));
    } catch (IOException e) {
      return new Attempt.NotHere(where + "its folder cannot be used (" + e.getMessage() + ")");
    }
    if (!folder.hasRoom() && !makeRoom(folder)) {
      return new Attempt.NotHere(
          where + "a clone would fill that up when much is overwritten: " + folder.room());
    }
    try {
      return new Attempt.Taken(clone(path, image, opening, folder, note));
    } catch (QuiesceException e) {
      throw new SourceException.NotQuiesced(path.toString(), String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      return new Attempt.NotHere(where + "no clone can be made of it (" + e.getMessage() + ")");
    }
  }

  /// Gives up the clone that was kept.
  private static boolean makeRoom(CloneFolder folder) {
    try {
      folder.sweep(Optional.empty());
    } catch (IOException _) {
      return false;
    }
    return folder.hasRoom();
  }

  private static Optional<Path> parent(CloneFolder folder, Optional<TrackerNote> note) {
    return note.map(TrackerNote::account).flatMap(CloneMark::parse).flatMap(folder::find);
  }

  /// Removes what processes that were killed have left.
  ///
  /// @param state in which this host remembers things of the volume
  static void sweep(Path image, VolumeId volume, Path state) throws IOException {
    CloneFolder folder = CloneFolder.of(image, volume);
    folder.sweep(parent(folder, TrackerNote.read(state)));
  }

  private VolumeView clone(
      Path path, OpenFile image, Opening opening, CloneFolder folder, Optional<TrackerNote> note)
      throws IOException {
    Path name = freeName(folder);
    OpenFile clone = CloneFolder.create(name);
    boolean done = false;
    try {
      Taken taken = opening.stillness().<Taken, IOException>during(() -> clone(image, clone));
      Medium medium = new Medium(path, clone, clone.status().sizeBytes(), Medium.Holes.SOUGHT);
      VolumeView view =
          new CloneView(medium, taken.instant(), taken.consistency(), opening, folder, name, note);
      done = true;
      return view;
    } finally {
      if (!done) {
        clone.close();
        Files.deleteIfExists(name);
      }
    }
  }

  private record Taken(Instant instant, Consistency consistency) {}

  private Taken clone(OpenFile image, OpenFile clone) throws IOException {
    Optional<FileLease> lease = lease(image);
    try {
      Instant begun = clock.instant();
      Reflinks.clone(image, clone);
      Instant ended = clock.instant();
      boolean isIdle = lease.isPresent() && lease.get().isHeld();
      return new Taken(
          between(begun, clone.status().changedAt(), ended),
          isIdle ? Consistency.IDLE : Consistency.CRASH);
    } finally {
      lease.ifPresent(FileLease::close);
    }
  }

  /// Whether anybody writes to it just now: a clone of an idle file is worth more.
  private Optional<FileLease> lease(OpenFile image) {
    try {
      return leases.tryTake(image);
    } catch (IOException _) {
      return Optional.empty(); // Not its owner, say; the clone does without.
    }
  }

  /// A moment at which the writers were held. The kernel dates the clone while it holds them, but
  /// by a clock that lags a little; and they go on a little before the call returns.
  private static Instant between(Instant begun, Instant dated, Instant ended) {
    Instant from = dated.isAfter(begun) && dated.isBefore(ended) ? dated : begun;
    return from.plus(Duration.between(from, ended).dividedBy(2));
  }

  private Path freeName(CloneFolder folder) {
    int session = (int) clock.instant().toEpochMilli();
    while (Files.exists(folder.name(session))) {
      session++;
    }
    return folder.name(session);
  }
}
