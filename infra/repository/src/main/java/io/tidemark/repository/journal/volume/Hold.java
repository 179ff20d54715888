package io.tidemark.repository.journal.volume;

import io.tidemark.repository.format.More;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.map.Root;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// A root kept alive for somebody.
///
/// @param number of its `held`; it is released by this number
/// @param owner who holds it, for people
/// @param restore where it is a restore's
public record Hold(
    long number,
    SnapshotId snapshot,
    Root root,
    Kind kind,
    String owner,
    String reason,
    Optional<Restore> restore,
    More more) {
  /// For whom a root is held. A person's hold ends when released by a person; all others end when
  /// their beats do.
  public enum Kind {
    READER,
    RESTORE,
    CLONE,
    PERSON;

    /// The stored and shown form, lower case.
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// Throws [IllegalArgumentException] for a text that is none.
    public static Kind parse(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  /// Where a restore goes.
  ///
  /// @param target a path, or the id of a volume
  /// @param latestStart after which it must not begin any more
  /// @param request the name under `requests/` that it carries out; by it a repeated request knows
  ///   its own
  public record Restore(
      String host, String target, Optional<Instant> latestStart, Optional<String> request) {
    public boolean isInto(VolumeId volume) {
      return target.equals(volume.text());
    }
  }
}
