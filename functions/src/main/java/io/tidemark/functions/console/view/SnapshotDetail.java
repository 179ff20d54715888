package io.tidemark.functions.console.view;

import io.tidemark.functions.function.ShownProgress;
import io.tidemark.repository.journal.volume.Verification;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.snapshot.ShownSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// All that is known of one snapshot.
///
/// @param timeline every snapshot of the disk that can be restored, oldest first
/// @param older the one before it on the disk
/// @param newer the one after it
/// @param picture what changed since its parent, when that is still there
/// @param freesBytes by a collection, were it alone deleted past the trash
/// @param wishes of whoever asked for it
/// @param verified when some of it was read back last
/// @param progress while it is made
public record SnapshotDetail(
    ShownSnapshot snapshot,
    List<Mark> timeline,
    Optional<String> older,
    Optional<String> newer,
    Optional<ChangePicture> picture,
    Optional<Long> freesBytes,
    List<Event> events,
    Wishes wishes,
    Optional<Verification> verified,
    Optional<ShownProgress> progress) {

  /// A snapshot on the time line.
  ///
  /// @param x from 0 to 1000
  public record Mark(long x, Kind kind) {
    /// Whether it is the one that is shown.
    public enum Kind {
      THIS,
      OTHER
    }

    public boolean isThis() {
      return kind == Kind.THIS;
    }
  }

  /// Something that the journal says of it.
  ///
  /// @param kind key of a text under `event.`
  /// @param actor who did it; "" where that is not known
  /// @param detail why, or for whom; "" for nothing
  public record Event(long number, String kind, String actor, Optional<Instant> at, String detail) {
    /// Before anybody has looked who did it.
    public static Event of(long number, String kind, String detail) {
      return new Event(number, kind, "", Optional.empty(), detail);
    }

    public Event by(String who, Instant when) {
      return new Event(number, kind, who, Optional.of(when), detail);
    }
  }

  public SnapshotDetail {
    timeline = List.copyOf(timeline);
    events = List.copyOf(events);
  }

  /// Whether a person keeps it from being deleted.
  public boolean isHeld() {
    return snapshot.holds().stream().anyMatch(hold -> hold.kind().equals("person"));
  }

  public boolean isDamaged() {
    return verified.filter(found -> found.damaged() > 0).isPresent();
  }

  public boolean isReady() {
    return snapshot.state().equals("READY");
  }

  public boolean isTrashed() {
    return snapshot.state().equals("TRASHED");
  }

  public boolean isUnfinished() {
    return snapshot.state().equals("REQUESTED") || snapshot.state().equals("CREATING");
  }
}
