package io.tidemark.agent.quiesce.holding;

import java.nio.file.Path;
import java.util.Optional;

/// What ends a step when the process that took it cannot: all that the watchdog knows of it.
sealed interface Undo {
  record Thaw(Path point) implements Undo {}

  record ThawGuest(Path socket) implements Undo {}

  record Unpause(Optional<Path> options) implements Undo {}

  record RunThaw(Path program) implements Undo {}

  /// A line of it; paths have no control characters.
  default String text() {
    return switch (this) {
      case Thaw(Path point) -> "thaw " + point;
      case ThawGuest(Path socket) -> "thaw-guest " + socket;
      case Unpause(Optional<Path> options) -> "unpause " + options.map(Path::toString).orElse("");
      case RunThaw(Path program) -> "run-thaw " + program;
    };
  }

  static Undo parse(String text) {
    int space = text.indexOf(' ');
    String kind = space < 0 ? text : text.substring(0, space);
    String place = space < 0 ? "" : text.substring(space + 1);
    return switch (kind) {
      case "thaw" -> new Thaw(Path.of(place));
      case "thaw-guest" -> new ThawGuest(Path.of(place));
      case "unpause" ->
          new Unpause(place.isEmpty() ? Optional.empty() : Optional.of(Path.of(place)));
      case "run-thaw" -> new RunThaw(Path.of(place));
      case String _ -> throw new IllegalArgumentException(text);
    };
  }
}
