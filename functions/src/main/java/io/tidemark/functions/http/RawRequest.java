package io.tidemark.functions.http;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A request as a server or a gateway hands it on.
///
/// @param path still percent-encoded
/// @param query still percent-encoded, without the question mark; "" for none
/// @param headers by name in any case
public record RawRequest(
    String method, String path, String query, Map<String, List<String>> headers, RawBody body) {
  public RawRequest {
    Map<String, List<String>> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, values) -> anyCase.put(name, List.copyOf(values)));
    headers = Collections.unmodifiableMap(anyCase);
  }

  /// The one value of a header; several are joined, as RFC 9110 has it.
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name))
        .filter(values -> !values.isEmpty())
        .map(values -> String.join(", ", values));
  }
}
