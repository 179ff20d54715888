package io.tidemark.functions.cbs.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The members of an object in an answer, in order.
public final class Fields {
  private final SequencedMap<String, @Nullable Object> values = new LinkedHashMap<>();

  public Fields put(String name, String value) {
    values.put(name, value);
    return this;
  }

  public Fields put(String name, Number value) {
    values.put(name, value);
    return this;
  }

  public Fields put(String name, Boolean value) {
    values.put(name, value);
    return this;
  }

  public Fields put(String name, Fields value) {
    values.put(name, value.values());
    return this;
  }

  /// A list of texts or numbers.
  public Fields put(String name, List<?> value) {
    values.put(name, List.copyOf(value));
    return this;
  }

  /// A list of objects.
  public Fields putAll(String name, List<Fields> value) {
    values.put(name, value.stream().map(Fields::values).toList());
    return this;
  }

  /// Null where there is none.
  public Fields put(String name, Optional<String> value) {
    values.put(name, value.orElse(null));
    return this;
  }

  /// A member that this server has no value for.
  public Fields putNull(String name) {
    values.put(name, null);
    return this;
  }

  /// Unmodifiable, in order.
  public Map<String, @Nullable Object> values() {
    return Collections.unmodifiableSequencedMap(values);
  }
}
