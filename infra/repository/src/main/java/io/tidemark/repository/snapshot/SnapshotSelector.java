package io.tidemark.repository.snapshot;

import java.util.regex.Pattern;

/// How people name one snapshot.
public sealed interface SnapshotSelector {
  /// An id, or the unique beginning of one.
  record ByPrefix(String prefix) implements SnapshotSelector {}

  /// `VOLUME@latest`: the newest READY one.
  record Latest(String volume) implements SnapshotSelector {}

  /// `VOLUME@NAME`.
  record ByName(String volume, String name) implements SnapshotSelector {}

  /// The form that [#parse] reads.
  default String text() {
    return switch (this) {
      case ByPrefix(String prefix) -> prefix;
      case Latest(String volume) -> volume + "@latest";
      case ByName(String volume, String name) -> volume + "@" + name;
    };
  }

  /// Reads `snap-0123…`, `VOLUME@latest` or `VOLUME@NAME`. Bare digits are refused: the name of
  /// many a volume is one of them.
  ///
  /// @throws IllegalArgumentException when it is none of these
  static SnapshotSelector parse(String text) {
    int at = text.indexOf('@');
    if (at > 0 && at < text.length() - 1) {
      String volume = text.substring(0, at);
      String name = text.substring(at + 1);
      return name.equals("latest") ? new Latest(volume) : new ByName(volume, name);
    }
    if (at >= 0 || !Prefix.SYNTAX.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "Not a snapshot: '"
              + text.codePoints()
                  .limit(80)
                  .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
                  .collect(
                      StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              + "' (wanted an id like snap-0123456789abcdef0, the beginning of one, VOLUME@latest"
              + " or VOLUME@NAME)");
    }
    return new ByPrefix(text);
  }

  /// The syntax of a whole id or of its beginning.
  final class Prefix {
    private static final Pattern SYNTAX = Pattern.compile("snap-[0-9a-f]{0,17}");

    private Prefix() {}
  }
}
