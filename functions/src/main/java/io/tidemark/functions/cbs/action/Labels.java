package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.Arguments;
import io.tidemark.functions.cbs.wire.CbsException;
import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.repository.snapshot.SnapshotName;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Names, tags and deadlines as requests and answers write them.
final class Labels {
  static final String TAGS = "Tags";
  static final String DEADLINE = "Deadline";
  private static final String KEY = "Key";
  private static final String VALUE = "Value";
  private static final int MOST_TAGS = 50;
  private static final int LONGEST_NAME = 60;
  private static final Duration LEAST_LIFE = Duration.ofDays(1);
  private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

  private Labels() {}

  /// At most 60 characters.
  static Optional<String> name(Arguments arguments, String parameter) {
    Optional<String> name = arguments.text(parameter);
    if (name.isPresent()) {
      if (name.get().codePointCount(0, name.get().length()) > LONGEST_NAME) {
        throw arguments.wrong(
            parameter,
            "has more than " + LONGEST_NAME + " characters",
            "超过 " + LONGEST_NAME + " 个字符");
      }
      requireText(arguments, parameter, name.get());
    }
    return name;
  }

  static SortedMap<String, String> tags(Arguments arguments) {
    SortedMap<String, String> tags = new TreeMap<>();
    for (Arguments tag : arguments.objects(TAGS, MOST_TAGS, Set.of(KEY, VALUE)).orElse(List.of())) {
      String key = tag.requiredText(KEY);
      String value = tag.text(VALUE).orElse("");
      requireText(tag, KEY, key);
      requireText(tag, VALUE, value);
      if (key.isEmpty() || key.contains("=")) {
        throw tag.wrong(KEY, "is empty or has a `=`", "为空或含有 `=`");
      }
      if (tags.put(key, value) != null) {
        throw tag.wrong(KEY, "is there twice", "重复");
      }
    }
    return tags;
  }

  static List<Fields> shown(SortedMap<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> new Fields().put(KEY, tag.getKey()).put(VALUE, tag.getValue()))
        .toList();
  }

  /// A day ahead at least.
  ///
  /// @param now by the store's clock
  static Optional<Instant> deadline(Arguments arguments, Instant now) {
    return arguments.text(DEADLINE).map(text -> deadline(arguments, text, now));
  }

  private static Instant deadline(Arguments arguments, String text, Instant now) {
    Instant deadline;
    try {
      deadline = OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw arguments.wrong(
          DEADLINE,
          "is not a time like 2027-01-31T10:15:30+00:00",
          "不是 2027-01-31T10:15:30+00:00 这样的时间");
    }
    if (deadline.isBefore(now.plus(LEAST_LIFE))) {
      throw arguments.wrong(DEADLINE, "is not a day ahead at least", "须至少比当前时间晚一天");
    }
    if (!deadline.isBefore(LAST)) {
      throw arguments.wrong(DEADLINE, "is after the year 2199", "晚于 2199 年");
    }
    return deadline;
  }

  /// @throws CbsException for what cannot be attached to anything
  private static void requireText(Arguments arguments, String parameter, String text) {
    try {
      SnapshotName _ = new SnapshotName(text);
    } catch (IllegalArgumentException e) {
      throw arguments.wrong(
          parameter,
          "is longer than "
              + SnapshotName.LONGEST
              + " characters, or has control characters or white space at an end",
          "超过 " + SnapshotName.LONGEST + " 个字符，或含有控制字符，或首尾有空白");
    }
  }
}
