package io.tidemark.functions.lambda;

import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.RawBody;
import io.tidemark.functions.http.RawRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/// Translates between events of API Gateway (payload formats 1.0 and 2.0) or function URLs (2.0)
/// and requests.
final class HttpEvents {
  private HttpEvents() {}

  /// The request that an event carries; empty when it is no event of HTTP.
  static Optional<RawRequest> request(Map<String, Object> event) {
    Map<String, Object> context = object(event, "requestContext");
    Map<String, Object> http = object(context, "http");
    if (http.get("method") instanceof String method) {
      return Optional.of(
          new RawRequest(
              method,
              withoutStage(text(event, "rawPath"), text(context, "stage")),
              text(event, "rawQueryString"),
              headers(event),
              body(event)));
    }
    if (event.get("httpMethod") instanceof String method) {
      return Optional.of(
          new RawRequest(method, text(event, "path"), query(event), headers(event), body(event)));
    }
    return Optional.empty();
  }

  /// What a gateway wants for an answer, in either format.
  static Map<String, Object> answer(RawAnswer answer) {
    return Map.of(
        "statusCode",
        answer.status(),
        "headers",
        answer.headers(),
        "body",
        new String(answer.body().bytes(), StandardCharsets.UTF_8),
        "isBase64Encoded",
        false);
  }

  /// A gateway's stage is where it is deployed, and no part of the API's paths.
  private static String withoutStage(String path, String stage) {
    String prefix = "/" + stage;
    return stage.isEmpty() || stage.equals("$default") || !path.startsWith(prefix + "/")
        ? path
        : path.substring(prefix.length());
  }

  /// Format 1.0 has the parameters decoded.
  private static String query(Map<String, Object> event) {
    StringJoiner query = new StringJoiner("&");
    Map<String, Object> many = object(event, "multiValueQueryStringParameters");
    (many.isEmpty() ? object(event, "queryStringParameters") : many)
        .forEach(
            (name, values) -> {
              for (String value : texts(values)) {
                query.add(encoded(name) + "=" + encoded(value));
              }
            });
    return query.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static Map<String, List<String>> headers(Map<String, Object> event) {
    Map<String, Object> many = object(event, "multiValueHeaders");
    Map<String, List<String>> headers = new LinkedHashMap<>();
    (many.isEmpty() ? object(event, "headers") : many)
        .forEach((name, values) -> headers.put(name, texts(values)));
    return headers;
  }

  private static RawBody body(Map<String, Object> event) {
    String body = text(event, "body");
    if (Boolean.TRUE.equals(event.get("isBase64Encoded"))) {
      return new RawBody(Base64.getDecoder().decode(body));
    }
    return new RawBody(body.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> texts(Object values) {
    return switch (values) {
      case String one -> List.of(one);
      case List<?> several -> several.stream().map(String::valueOf).toList();
      default -> List.of(String.valueOf(values));
    };
  }

  private static String text(Map<String, Object> object, String name) {
    return object.get(name) instanceof String text ? text : "";
  }

  private static Map<String, Object> object(Map<String, Object> from, String name) {
    Map<String, Object> object = new HashMap<>();
    if (from.get(name) instanceof Map<?, ?> inner) {
      inner.forEach(
          (key, value) -> {
            if (value != null) {
              object.put(String.valueOf(key), value);
            }
          });
    }
    return object;
  }
}
