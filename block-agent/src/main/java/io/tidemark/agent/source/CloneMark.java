package io.tidemark.agent.source;

import io.tidemark.agent.system.FileStatus;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/// Tells one clone from whatever else may bear its name later: its number in the file system, and
/// when it was changed last.
///
/// @param name in its folder
record CloneMark(String name, long inode, Instant changedAt) {
  static CloneMark of(String name, FileStatus status) {
    return new CloneMark(name, status.inode(), status.changedAt());
  }

  boolean fits(FileStatus status) {
    return status.kind() == FileStatus.Kind.REGULAR
        && status.inode() == inode
        && status.changedAt().equals(changedAt);
  }

  /// What [#parse] reads back.
  String text() {
    return inode + " " + changedAt + " " + name;
  }

  static Optional<CloneMark> parse(String text) {
    List<String> parts = List.of(text.split(" ", 3));
    try {
      return parts.size() == 3
          ? Optional.of(
              new CloneMark(
                  parts.get(2), Long.parseLong(parts.get(0)), Instant.parse(parts.get(1))))
          : Optional.empty();
    } catch (NumberFormatException | DateTimeParseException _) {
      return Optional.empty();
    }
  }
}
