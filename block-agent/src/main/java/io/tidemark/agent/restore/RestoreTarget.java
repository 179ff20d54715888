package io.tidemark.agent.restore;

import io.tidemark.agent.system.FileStatus;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Where a restore writes to. The caller gives every byte from 0 to [#sizeBytes] exactly once, by
/// [#write] or [#zero], then calls [#finish]; [#close] without it gives up and leaves nothing
/// behind. Give `zero` for holes always: each target knows whether that costs anything.
public interface RestoreTarget extends AutoCloseable {
  /// In which order bytes may come.
  enum Order {
    /// Any order, from several threads at once.
    ANY,
    /// From byte 0 on without a gap, from one thread.
    SEQUENTIAL
  }

  /// What stands in the target before it is restored, for those that compare.
  interface Present {
    /// Fills `into` with what is there from `offsetBytes` on, zeroes behind its end.
    void read(long offsetBytes, ByteBuffer into) throws TargetException;
  }

  /// The snapshot's size.
  long sizeBytes();

  Order order();

  /// What is there, when this target writes only what differs: who finds a chunk there by its id
  /// need not fetch it and calls neither `write` nor `zero` for it. Empty for the other targets.
  Optional<Present> present();

  /// What the user should know, one sentence each; empty mostly.
  List<String> remarks();

  /// What is there when this is closed now, unfinished: one sentence for people.
  String leftBehind();

  /// The new file that gets the target's name in the end; empty where something is written over.
  default Optional<FileStatus> made() {
    return Optional.empty();
  }

  /// How many bytes went to the target so far, zeroes that were really written included.
  long writtenBytes();

  /// Puts all that remains of `bytes` at `offsetBytes`. Best a direct buffer of a MiB or more.
  ///
  /// @throws TargetException.Full when there is no room left
  /// @throws TargetException.Failed when the medium fails; names the range
  void write(long offsetBytes, ByteBuffer bytes) throws TargetException;

  /// Makes these bytes read as zero.
  void zero(long offsetBytes, long lengthBytes) throws TargetException;

  /// Returns when all is durable and has its final name: file and folder are fsynced.
  ///
  /// @throws TargetException.Exists when somebody made the target meanwhile; theirs stays
  void finish() throws TargetException;

  /// Gives up unless finished: a new file leaves nothing behind, not even on a full disk.
  @Override
  void close();
}
