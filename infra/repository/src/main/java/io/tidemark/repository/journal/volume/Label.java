package io.tidemark.repository.journal.volume;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What people and policies attach to a snapshot, and may change.
///
/// @param name "" for none; need not be unique
/// @param expires when a policy may delete it; empty for never
public record Label(String name, SortedMap<String, String> tags, Optional<Instant> expires) {
  public static final Label NONE = new Label("", new TreeMap<>(), Optional.empty());

  public Label {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }
}
