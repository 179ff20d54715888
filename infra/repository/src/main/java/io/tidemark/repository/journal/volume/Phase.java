package io.tidemark.repository.journal.volume;

import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.Token;
import io.tidemark.repository.map.Root;
import java.time.Instant;
import java.util.Optional;

/// Where a snapshot stands in its life.
public sealed interface Phase {
  /// Asked for; nobody works on it yet.
  ///
  /// @param host that is to make it
  /// @param latestInstant after which it must not be taken any more
  record Requested(String host, Optional<Instant> latestInstant) implements Phase {}

  /// A session writes it.
  ///
  /// @param session number of its `begun`
  /// @param parent compared with, and pinned by its root
  record Creating(long session, Token token, String host, Optional<Parent> parent)
      implements Phase {}

  /// It restores.
  record Ready(Content content) implements Phase {}

  /// Deleted, but may be brought back.
  record Trashed(Content content) implements Phase {}

  /// It will never be; the newest 32 are kept to be read.
  record Failed(String reason) implements Phase {}

  /// The snapshot that a session compares with.
  ///
  /// @param commit number of its `committed`; 0 when it is a held root without one here
  record Parent(SnapshotId snapshot, Root root, long commit) {}

  /// What READY and TRASHED have in common.
  ///
  /// @param token of the session; by it a writer whose answer was lost knows its own snapshot
  /// @param commit number of its `committed`
  /// @param parent it was compared with, which may be gone since
  /// @param parentCommit that one's `commit`; 0 for none
  record Content(
      Root root,
      long session,
      Token token,
      long commit,
      Optional<SnapshotId> parent,
      long parentCommit,
      Instant committedAt,
      SnapshotFacts facts) {}

  /// The word for people and in stored states: `REQUESTED`, `CREATING` …
  default String word() {
    return switch (this) {
      case Requested _ -> "REQUESTED";
      case Creating _ -> "CREATING";
      case Ready _ -> "READY";
      case Trashed _ -> "TRASHED";
      case Failed _ -> "FAILED";
    };
  }
}
