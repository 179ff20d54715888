package io.tidemark.agent.source;

import java.util.List;
import java.util.OptionalLong;

/// What snapshots of a source will be like, in sentences for people.
///
/// @param sizeBytes now, where that can be found out
/// @param instant what gives the instant
/// @param changes what tells what has changed
/// @param cost what a snapshot will read
/// @param heldBytes that are kept beside the volume until the next snapshot, at least so many;
///   empty where nothing is
/// @param better what would make it better, one way each
public record Outlook(
    OptionalLong sizeBytes,
    String instant,
    String changes,
    String cost,
    OptionalLong heldBytes,
    List<String> better) {

  public Outlook {
    better = List.copyOf(better);
  }
}
