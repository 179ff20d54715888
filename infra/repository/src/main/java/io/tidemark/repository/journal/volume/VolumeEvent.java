package io.tidemark.repository.journal.volume;

import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Root;
import io.tidemark.repository.pack.Reference;
import java.time.Instant;
import java.util.Optional;

/// What an event of a volume's journal says.
public sealed interface VolumeEvent {
  /// Members that this code does not know; they go to the entry or hold that the event changes.
  More more();

  /// Event 1.
  record Opened(VolumeId volume, String name, ChunkSize chunkSize, More more)
      implements VolumeEvent {}

  /// A snapshot is wanted.
  ///
  /// @param schedule where a policy wants it
  record Requested(
      SnapshotId snapshot,
      Label label,
      Origin origin,
      Optional<Schedule> schedule,
      String host,
      Optional<Instant> latestInstant,
      More more)
      implements VolumeEvent {}

  /// A session begins; its number is this event's.
  ///
  /// @param label and
  /// @param origin count where there was no request
  record Begun(
      SnapshotId snapshot,
      Label label,
      Origin origin,
      Instant requestedAt,
      String host,
      Token token,
      Optional<Phase.Parent> parent,
      More more)
      implements VolumeEvent {}

  /// A session ends well.
  ///
  /// @param listCommit of the root; 0 when the list was written by this very session
  record Committed(
      SnapshotId snapshot,
      long session,
      Token token,
      long sizeBytes,
      Optional<Reference> map,
      Reference packList,
      long listCommit,
      SnapshotFacts facts,
      More more)
      implements VolumeEvent {}

  /// A session or a request ends badly.
  record Failed(SnapshotId snapshot, String reason, More more) implements VolumeEvent {}

  /// A request, a running session or a trashed snapshot is no more.
  record Removed(SnapshotId snapshot, String reason, More more) implements VolumeEvent {}

  /// A snapshot is deleted, for now.
  record Trashed(SnapshotId snapshot, More more) implements VolumeEvent {}

  /// A trashed snapshot is brought back.
  record Restored(SnapshotId snapshot, More more) implements VolumeEvent {}

  /// A root is held; the hold's number is this event's.
  record Held(
      SnapshotId snapshot,
      Root root,
      Hold.Kind kind,
      String owner,
      String reason,
      Optional<Hold.Restore> restore,
      More more)
      implements VolumeEvent {}

  /// A hold ends.
  ///
  /// @param hold number of its `held`
  /// @param outcome of what it was held for, for people
  record Released(long hold, String outcome, More more) implements VolumeEvent {
    /// The outcome of what came to its end.
    public static final String DONE = "done";
  }

  /// A snapshot's label is another.
  record Described(SnapshotId snapshot, Label label, More more) implements VolumeEvent {}

  /// The volume is removed; nothing is legal after it.
  record Closed(More more) implements VolumeEvent {}
}
