package io.tidemark.agent.source;

import io.tidemark.repository.journal.Consistency;
import io.tidemark.repository.key.SnapshotId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A view of one volume at one instant, open for reading until closed. [#read], [#nextData] and
/// [#confirm] may be called by several threads at once; [#close] waits for those inside.
public interface VolumeView extends AutoCloseable {
  /// The volume's size at the instant; 0 for an empty file. It never changes.
  long sizeBytes();

  /// What the bytes are worth when [#confirm] passes.
  Consistency consistency();

  /// The moment whose bytes this view shows; of a live view, the moment it was opened.
  Instant instant();

  /// What the user should know, one sentence each: what could not be looked at when the volume was
  /// found idle. Empty mostly.
  List<String> remarks();

  /// Fills all that remains of `into` (best a direct buffer, a MiB or more) from `offsetBytes` on
  /// and leaves its position at its limit.
  ///
  /// @throws IllegalArgumentException when the range ends behind [#sizeBytes]
  /// @throws SourceException.Changed when the volume is no longer what it was at the instant
  /// @throws SourceException.Unreadable when the device fails; names the range
  void read(long offsetBytes, ByteBuffer into) throws SourceException;

  /// The first run of data that ends behind `fromBytes`, cut to begin there; empty when only holes
  /// follow. Bytes in no run are zero. Two runs may touch. To walk all data without reading a hole,
  /// ask again from [Extent#endBytes]; nothing is held in memory between two calls.
  Optional<Extent> nextData(long fromBytes) throws SourceException;

  /// From which snapshot on somebody has kept account of changes; empty when nobody has, or that is
  /// not known. Of all snapshots this one is best compared with.
  default Optional<SnapshotId> trackedFrom() {
    return Optional.empty();
  }

  /// What may have changed between `parent` and this view. A source that is not sure says so.
  ///
  /// @param parentBytes the volume's size then
  default Changes changesSince(SnapshotId parent, long parentBytes) {
    return new Changes.Unknown("this source keeps no account of changes");
  }

  /// What this view showed is READY as `snapshot`: from now on changes may be counted from it.
  ///
  /// @throws IOException when that cannot be remembered; then the next snapshot reads more
  default void committed(SnapshotId snapshot) throws IOException {}

  /// The account was found wrong: neither it nor what goes on from it is to be relied on.
  default void distrust() throws IOException {}

  /// Passes only when every byte read so far belongs to the instant: still unwritten, same file,
  /// same size. To be called after the last read and before the snapshot is committed.
  ///
  /// @throws SourceException.Changed when that can no longer be said
  /// @throws SourceException.InUse when somebody has the volume open for writing now
  void confirm() throws SourceException;

  @Override
  void close();
}
