package io.tidemark.functions.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// An answer as a server or a gateway takes it.
public record RawAnswer(int status, Map<String, String> headers, RawBody body) {
  public RawAnswer {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }
}
