package io.tidemark.functions.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a function answers.
///
/// @param document a serialisable record; empty for no body
public record Answer(int status, Map<String, String> headers, Optional<Object> document) {
  public Answer {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  public static Answer ok(Object document) {
    return of(Status.OK, document);
  }

  public static Answer of(int status, Object document) {
    return new Answer(status, Map.of(), Optional.of(document));
  }

  public static Answer empty() {
    return new Answer(Status.NO_CONTENT, Map.of(), Optional.empty());
  }

  public Answer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Answer(status, more, document);
  }
}
