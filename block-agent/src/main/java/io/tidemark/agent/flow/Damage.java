package io.tidemark.agent.flow;

import io.tidemark.agent.source.Extent;
import java.util.List;

/// An object of the store that is not what a snapshot needs, and which bytes of the snapshot that
/// costs.
///
/// @param key of the object
/// @param message what is wrong with it, and what to do
/// @param extents in ascending order, touching ones merged
public record Damage(String key, Kind kind, String message, List<Extent> extents) {
  private static final int MOST_EXTENTS_IN_WORDS = 8;

  /// How an object fails.
  public enum Kind {
    /// There is no such object.
    MISSING,
    /// Its bytes are not what they were.
    CORRUPT
  }

  public Damage {
    extents = List.copyOf(extents);
  }

  /// How many bytes of the snapshot it hurts.
  public long bytes() {
    return extents.stream().mapToLong(Extent::lengthBytes).sum();
  }

  /// In one line.
  public String describe() {
    if (extents.isEmpty()) {
      return message;
    }
    List<String> some =
        extents.stream().limit(MOST_EXTENTS_IN_WORDS).map(Extent::toString).toList();
    int more = extents.size() - some.size();
    return message
        + "; costs "
        + bytes()
        + " bytes of the volume: "
        + String.join(", ", some)
        + (more > 0 ? " and " + more + " more places" : "");
  }
}
