package io.tidemark.agent.command;

import io.tidemark.repository.snapshot.SnapshotName;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// One tag of a snapshot.
///
/// @param key not empty, without '='
record Tag(String key, String value) {
  /// Every tag rides in the volume's state, and so in most of its events.
  static final int MOST = 50;

  Tag {
    if (key.isEmpty() || key.contains("=")) {
      throw new IllegalArgumentException("Not a tag: '" + Shown.of(key) + "' is no key");
    }
    try {
      key = new SnapshotName(key).text();
      value = new SnapshotName(value).text();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Not a tag: " + e.getMessage(), e);
    }
  }

  /// Reads `KEY=VALUE`.
  ///
  /// @throws IllegalArgumentException when it is none
  static Tag parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException("Not a tag: '" + Shown.of(text) + "' (wanted KEY=VALUE)");
    }
    return new Tag(text.substring(0, equals), text.substring(equals + 1));
  }

  /// `tags` with `more` put in.
  ///
  /// @throws UsageException when these are too many
  static SortedMap<String, String> added(SortedMap<String, String> tags, List<Tag> more) {
    SortedMap<String, String> all = new TreeMap<>(tags);
    more.forEach(tag -> all.put(tag.key(), tag.value()));
    if (all.size() > MOST) {
      throw new UsageException(
          "A snapshot has at most " + MOST + " tags; these would be " + all.size());
    }
    return all;
  }
}
