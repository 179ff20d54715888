package io.tidemark.functions.function;

import io.tidemark.repository.Repository;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/// The scheduled functions by name, each made when it is first run.
public final class ScheduledFunctions {
  private final SortedMap<String, Supplier<ScheduledFunction>> functions;

  public ScheduledFunctions(SortedMap<String, Supplier<ScheduledFunction>> functions) {
    this.functions = Collections.unmodifiableSortedMap(new TreeMap<>(functions));
  }

  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(functions.keySet()));
  }

  /// Runs one.
  ///
  /// @throws IllegalArgumentException when there is none of that name
  public Report run(String name, Repository repository) {
    Supplier<ScheduledFunction> function = functions.get(name);
    if (function == null) {
      throw new IllegalArgumentException(
          "There is no scheduled function '" + name + "': " + String.join(", ", names()));
    }
    return function.get().apply(repository);
  }
}
