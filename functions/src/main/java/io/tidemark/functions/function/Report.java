package io.tidemark.functions.function;

import io.micronaut.serde.annotation.Serdeable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a scheduled function did.
///
/// @param counts by what is counted
/// @param notes what it did one by one, at most [#MOST]
/// @param failures what it could not do, at most [#MOST]; empty when all went well
@Serdeable
public record Report(
    String function, SortedMap<String, Long> counts, List<String> notes, List<String> failures) {
  /// More lines are counted, not kept.
  public static final int MOST = 100;

  public Report {
    counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    notes = List.copyOf(notes);
    failures = List.copyOf(failures);
  }

  /// Collects what happens.
  static final class Builder {
    private final String function;
    private final SortedMap<String, Long> counts = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /// @param counted every count that the report has, be it 0
    Builder(String function, String... counted) {
      this.function = function;
      for (String name : counted) {
        counts.put(name, 0L);
      }
      counts.put("failures", 0L);
    }

    Builder count(String name, long more) {
      counts.merge(name, more, Long::sum);
      return this;
    }

    Builder note(String text) {
      if (notes.size() < MOST) {
        notes.add(text);
      }
      return this;
    }

    Builder failure(String text) {
      count("failures", 1);
      if (failures.size() < MOST) {
        failures.add(text);
      }
      return this;
    }

    Report build() {
      return new Report(function, counts, notes, failures);
    }
  }
}
