package io.tidemark.repository.journal.volume;

import java.util.List;
import java.util.Optional;

/// What a request asks of the instant, for sources and steps that can do it.
///
/// @param group of snapshots that want the same instant, a text of the requester's
/// @param quiesce steps, in order, as the volume's host names them
public record Wishes(Optional<String> group, List<String> quiesce) {
  public static final Wishes NONE = new Wishes(Optional.empty(), List.of());

  public Wishes {
    quiesce = List.copyOf(quiesce);
  }
}
