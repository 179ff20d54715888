package io.tidemark.functions.console;

import io.tidemark.functions.face.Dispatcher;
import io.tidemark.functions.function.OpenRepository;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.JsonBody;
import io.tidemark.functions.http.RawBody;
import io.tidemark.functions.http.RawRequest;
import io.tidemark.repository.Repository;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The functions, called in the visitor's name: routed, allowed and checked as over HTTP.
final class Functions {
  private final Dispatcher dispatcher;
  private final OpenRepository opened;

  Functions(Dispatcher dispatcher, OpenRepository opened) {
    this.dispatcher = dispatcher;
    this.opened = opened;
  }

  /// For what is read without a function; in the visitor's name, too.
  Repository repository(Visit visit) {
    return opened.of(visit.caller());
  }

  /// @param query parameters with a value; those with "" are left out
  <T> T get(Visit visit, Class<T> document, String path, Map<String, String> query) {
    return document.cast(
        ask(visit, "GET", path, query, RawBody.EMPTY, Map.of()).document().orElseThrow());
  }

  <T> T get(Visit visit, Class<T> document, String path) {
    return get(visit, document, path, Map.of());
  }

  Answer post(Visit visit, String path, Map<String, ? extends @Nullable Object> members) {
    return change(visit, "POST", path, members);
  }

  /// Asks, with a body, for what changes nothing.
  <T> T post(
      Visit visit,
      Class<T> document,
      String path,
      Map<String, String> query,
      Map<String, ? extends @Nullable Object> members) {
    return document.cast(
        ask(visit, "POST", path, query, JsonBody.of(members), Map.of()).document().orElseThrow());
  }

  /// @param members of the body
  Answer change(
      Visit visit, String method, String path, Map<String, ? extends @Nullable Object> members) {
    return ask(visit, method, path, Map.of(), JsonBody.of(members), Map.of());
  }

  /// The same, once however often the form is sent.
  Answer postOnce(Visit visit, String path, Map<String, ? extends @Nullable Object> members) {
    return ask(
        visit,
        "POST",
        path,
        Map.of(),
        JsonBody.of(members),
        Map.of("Idempotency-Key", List.of(visit.field("once"))));
  }

  Answer delete(Visit visit, String path, Map<String, String> query) {
    return ask(visit, "DELETE", path, query, RawBody.EMPTY, Map.of());
  }

  private Answer ask(
      Visit visit,
      String method,
      String path,
      Map<String, String> query,
      RawBody body,
      Map<String, List<String>> headers) {
    String text =
        new TreeMap<>(query)
            .entrySet().stream()
                .filter(one -> !one.getValue().isEmpty())
                .map(one -> one.getKey() + "=" + encoded(one.getValue()))
                .collect(Collectors.joining("&"));
    return dispatcher.ask(new RawRequest(method, path, text, headers, body), visit.caller());
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
