package io.tidemark.functions.function;

import io.tidemark.functions.http.Parameters;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Part of a list that is in memory, in the order of a key that is unique.
record Page<T>(List<T> things, Optional<String> next) {
  static final int LIMIT = 100;
  static final int HIGHEST_LIMIT = 1_000;

  Page {
    things = List.copyOf(things);
  }

  static int limit(Parameters query) {
    return query.number("limit", 1, HIGHEST_LIMIT, LIMIT);
  }

  static <T> Page<T> of(String list, Parameters query, List<T> all, Function<T, String> key) {
    int limit = limit(query);
    Optional<PageCursor> cursor = query.value("cursor", text -> PageCursor.parse(list, text));
    List<T> rest =
        all.stream()
            .sorted(Comparator.comparing(key))
            .filter(
                thing -> cursor.isEmpty() || key.apply(thing).compareTo(cursor.get().last()) > 0)
            .limit(limit + 1L)
            .toList();
    List<T> shown = rest.subList(0, Math.min(limit, rest.size()));
    return new Page<>(
        shown,
        rest.size() > shown.size()
            ? Optional.of(new PageCursor(list, key.apply(shown.getLast())).text())
            : Optional.empty());
  }
}
