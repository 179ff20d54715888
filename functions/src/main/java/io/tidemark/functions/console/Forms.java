package io.tidemark.functions.console;

import io.tidemark.functions.http.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads what people write into forms, and writes it for them to change.
final class Forms {
  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm");

  private Forms() {}

  /// The members that say what is attached to a snapshot; what is empty is taken away.
  static Map<String, @Nullable Object> label(Visit visit) {
    Map<String, @Nullable Object> members = new HashMap<>();
    members.put("name", visit.field("name"));
    members.put("tags", tags(visit.field("tags")));
    members.put(
        "expires",
        instant(visit.field("expires"), visit.texts().zone()).map(Instant::toString).orElse(null));
    return members;
  }

  /// Lines or words `KEY=VALUE`, one a line.
  static SortedMap<String, String> tags(String text) {
    SortedMap<String, String> tags = new TreeMap<>();
    for (String line : text.split("[\r\n]+", -1)) {
      String tag = line.strip();
      int equals = tag.indexOf('=');
      if (equals >= 1) {
        tags.put(tag.substring(0, equals).strip(), tag.substring(equals + 1).strip());
      } else if (!tag.isEmpty()) {
        throw ProblemException.field("tags", "'" + tag + "' is not KEY=VALUE");
      }
    }
    return tags;
  }

  static String shownTags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> tag.getKey() + "=" + tag.getValue())
        .collect(Collectors.joining("\n"));
  }

  /// What a field of date and time holds, told in that zone.
  static Optional<Instant> instant(String text, ZoneId zone) {
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(LocalDateTime.parse(text).atZone(zone).toInstant());
    } catch (DateTimeException e) {
      throw ProblemException.field("expires", "'" + text + "' is no date and time");
    }
  }

  static String shown(Optional<Instant> at, ZoneId zone) {
    return at.map(known -> MINUTES.withZone(zone).format(known)).orElse("");
  }

  /// Words between blanks, commas or new lines.
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.split("[\\s,]+", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }
}
