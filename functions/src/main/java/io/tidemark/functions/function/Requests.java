package io.tidemark.functions.function;

import io.tidemark.functions.http.BadRequest;
import io.tidemark.repository.snapshot.SnapshotSelector;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads the members of requests.
final class Requests {
  private Requests() {}

  /// What the member must have.
  static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new BadRequest("'" + name + "' is missing");
    }
    return value;
  }

  static SnapshotSelector selector(String text) {
    return parsed(text, SnapshotSelector::parse);
  }

  /// Tells the caller what `parse` finds wrong.
  static <A, B> B parsed(A value, Function<A, B> parse) {
    try {
      return parse.apply(value);
    } catch (IllegalArgumentException e) {
      throw new BadRequest(String.valueOf(e.getMessage()));
    }
  }
}
