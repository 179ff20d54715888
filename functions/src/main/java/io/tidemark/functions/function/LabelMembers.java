package io.tidemark.functions.function;

import io.tidemark.functions.http.Members;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.snapshot.SnapshotName;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The members of a body that say what is attached to a snapshot.
final class LabelMembers {
  static final String NAME = "name";
  static final String TAGS = "tags";
  static final String EXPIRES = "expires";
  private static final int MOST_TAGS = 50;

  private LabelMembers() {}

  /// A new one.
  static Label label(Members members) {
    return changed(members, Label.NONE);
  }

  /// The members that are there replace what was; null takes it away.
  static Label changed(Members members, Label label) {
    String name =
        members.has(NAME)
            ? members.value(NAME, text -> new SnapshotName(text).text()).orElse("")
            : label.name();
    SortedMap<String, String> tags = members.has(TAGS) ? tags(members) : label.tags();
    Optional<Instant> expires = members.has(EXPIRES) ? members.instant(EXPIRES) : label.expires();
    return new Label(name, tags, expires);
  }

  /// Tags of 1 to 128 characters, with values of up to 128.
  static SortedMap<String, String> tags(Members members) {
    SortedMap<String, String> tags = members.texts(TAGS, MOST_TAGS).orElseGet(TreeMap::new);
    tags.forEach(
        (key, value) -> {
          try {
            if (new SnapshotName(key).text().isEmpty() || key.contains("=")) {
              throw new IllegalArgumentException("Not a tag: its key is empty or has a '='");
            }
            SnapshotName _ = new SnapshotName(value);
          } catch (IllegalArgumentException e) {
            throw members.wrong(TAGS, "has a key or value that is none. " + e.getMessage());
          }
        });
    return tags;
  }
}
