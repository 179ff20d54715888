package io.tidemark.agent.quiesce;

import io.tidemark.agent.quantity.TimeSpan;
import io.tidemark.agent.quiesce.QuiesceStep.Otherwise;
import io.tidemark.agent.quiesce.QuiesceStep.What;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The one reader and writer of steps.
final class QuiesceSyntax {
  private static final String FORMS =
      "sync, fs:PATH, mysql[:FILE], postgresql[:FILE], redis[:FILE], guest:SOCKET or"
          + " command:PROGRAM, with ?timeout=SPAN&otherwise=crash behind it where wanted";

  /// Longer than this nobody's writers are held for a snapshot.
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private QuiesceSyntax() {}

  static QuiesceStep parse(String text) {
    int mark = text.indexOf('?');
    String step = mark < 0 ? text : text.substring(0, mark);
    int colon = step.indexOf(':');
    String kind = colon < 0 ? step : step.substring(0, colon);
    Optional<String> place = colon < 0 ? Optional.empty() : Optional.of(step.substring(colon + 1));
    What what =
        switch (kind) {
          case "sync" -> {
            if (place.isPresent()) {
              throw wrong(text, "'sync' has no place");
            }
            yield new What.Sync();
          }
          case "fs" -> new What.FileSystem(required(text, place));
          case "mysql", "mariadb" -> new What.MySql(optional(text, place));
          case "postgresql" -> new What.PostgreSql(optional(text, place));
          case "redis" -> new What.Redis(optional(text, place));
          case "guest" -> new What.Guest(required(text, place));
          case "command" -> new What.Command(required(text, place));
          case String _ -> throw wrong(text, "there is no step '" + kind + "'");
        };
    return options(text, mark < 0 ? "" : text.substring(mark + 1), what);
  }

  private static QuiesceStep options(String text, String options, What what) {
    Duration timeout = usual(what);
    Otherwise otherwise = Otherwise.REFUSE;
    List<String> seen = new ArrayList<>();
    for (String option : options.split("&", -1)) {
      if (option.isEmpty()) {
        continue;
      }
      int equals = option.indexOf('=');
      String name = equals < 0 ? option : option.substring(0, equals);
      String value = equals < 0 ? "" : option.substring(equals + 1);
      if (seen.contains(name)) {
        throw wrong(text, "'" + name + "' is given twice");
      }
      seen.add(name);
      switch (name) {
        case "timeout" -> timeout = timeout(text, value);
        case "otherwise" -> otherwise = otherwise(text, value);
        case String _ -> throw wrong(text, "there is no '" + name + "' here");
      }
    }
    return new QuiesceStep(what, timeout, otherwise);
  }

  private static Duration timeout(String text, String value) {
    Duration timeout;
    try {
      timeout = TimeSpan.parse(value);
    } catch (IllegalArgumentException e) {
      throw wrong(text, String.valueOf(e.getMessage()));
    }
    if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(LONGEST) > 0) {
      throw wrong(text, "a timeout is from 100ms to " + TimeSpan.text(LONGEST));
    }
    return timeout;
  }

  private static Otherwise otherwise(String text, String value) {
    return switch (value) {
      case "refuse" -> Otherwise.REFUSE;
      case "crash" -> Otherwise.CRASH;
      case String _ -> throw wrong(text, "'otherwise' is refuse or crash");
    };
  }

  /// A minute for what holds nobody; ten seconds for what does.
  static Duration usual(What what) {
    return switch (what) {
      case What.Sync _, What.PostgreSql _ -> Duration.ofMinutes(1);
      case What.FileSystem _, What.MySql _, What.Guest _, What.Redis _, What.Command _ ->
          Duration.ofSeconds(10);
    };
  }

  private static Path required(String text, Optional<String> place) {
    if (place.isEmpty()) {
      throw wrong(text, "it names no place");
    }
    try {
      Path path = Path.of(place.get());
      // They travel to the watchdog a line each.
      if (path.isAbsolute() && place.get().chars().noneMatch(Character::isISOControl)) {
        return path.normalize();
      }
    } catch (InvalidPathException _) {
      // Said below.
    }
    throw wrong(text, "its place is no absolute path");
  }

  private static Optional<Path> optional(String text, Optional<String> place) {
    return place.isEmpty() ? Optional.empty() : Optional.of(required(text, place));
  }

  private static IllegalArgumentException wrong(String text, String why) {
    String shown = text.replaceAll("\\p{Cntrl}", "\uFFFD");
    return new IllegalArgumentException(
        "'" + shown + "' is no step: " + why + ". Wanted: " + FORMS);
  }

  static String text(QuiesceStep step) {
    List<String> options = new ArrayList<>();
    if (!step.timeout().equals(usual(step.what()))) {
      options.add("timeout=" + TimeSpan.text(step.timeout()));
    }
    switch (step.otherwise()) {
      case REFUSE -> {}
      case CRASH -> options.add("otherwise=crash");
    }
    return name(step.what()) + (options.isEmpty() ? "" : "?" + String.join("&", options));
  }

  static String name(What what) {
    return switch (what) {
      case What.Sync _ -> "sync";
      case What.FileSystem(Path point) -> "fs:" + point;
      case What.MySql(Optional<Path> options) -> "mysql" + place(options);
      case What.PostgreSql(Optional<Path> services) -> "postgresql" + place(services);
      case What.Redis(Optional<Path> options) -> "redis" + place(options);
      case What.Guest(Path socket) -> "guest:" + socket;
      case What.Command(Path program) -> "command:" + program;
    };
  }

  private static String place(Optional<Path> file) {
    return file.map(path -> ":" + path).orElse("");
  }
}
