package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.face.Route;
import io.tidemark.functions.face.Routes;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The description and the routes are written apart, so that a client never relies on what is not
/// there, and nothing is there that nobody can know of.
class DescriptionTest {
  private final Description description = new Description();

  static Stream<Route> routes() {
    return Routes.ALL.stream();
  }

  @Test
  void describesEveryRouteAndNoOther() {
    Set<String> routes = new TreeSet<>(Set.of("GET /health health", "HEAD /health health-head"));
    for (Route route : Routes.ALL) {
      routes.add(route.method() + " " + route.template() + " " + route.function());
      if (route.method().equals("GET")) {
        routes.add("HEAD " + route.template() + " " + route.function() + "-head");
      }
    }

    assertThat(description.operations()).isEqualTo(routes);
  }

  @ParameterizedTest
  @MethodSource("routes")
  void describesWhatARouteTakes(Route route) {
    JsonNode operation = description.operation(route.method(), route.template()).orElseThrow();
    Set<String> query = new TreeSet<>();
    Set<String> repeatable = new TreeSet<>();
    Set<String> path = new TreeSet<>();
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.at("/schema/type").asText().equals("array")) {
        repeatable.add(parameter.path("name").asText());
      }
      switch (parameter.path("in").asText()) {
        case "query" -> query.add(parameter.path("name").asText());
        case "path" -> path.add("{" + parameter.path("name").asText() + "}");
        default -> assertThat(parameter.path("in").asText()).isEqualTo("header");
      }
    }

    assertThat(query).isEqualTo(new TreeSet<>(route.query()));
    assertThat(repeatable).isEqualTo(new TreeSet<>(route.repeatable()));
    if (route.method().equals("GET")) {
      assertThat(description.operation("HEAD", route.template()).orElseThrow().path("parameters"))
          .isEqualTo(operation.path("parameters"));
    }
    assertThat(path)
        .isEqualTo(
            new TreeSet<>(
                Stream.of(route.template().split("/", -1))
                    .filter(segment -> segment.startsWith("{"))
                    .toList()));
    assertThat(operation.has("requestBody")).isEqualTo(route.body() == Route.Body.JSON);
    assertThat(operation.path("description").asText())
        .contains("role " + route.role().name().toLowerCase(Locale.ROOT));
  }

  @ParameterizedTest
  @MethodSource("routes")
  void hasAFunctionForEveryRoute(Route route) throws Exception {
    try (Served served = new Served()) {
      served.repository();
      String path = route.template().replaceAll("\\{[a-z]+}", "x");

      HttpResponse<String> answer =
          served.send(
              served
                  .as(Role.ADMINISTRATOR, path)
                  .method(
                      route.method(),
                      route.body() == Route.Body.JSON
                          ? BodyPublishers.ofString("{}")
                          : BodyPublishers.noBody()));

      assertThat(answer.statusCode()).as(answer.body()).isLessThan(500);
    }
  }

  @Test
  void saysWhenToAskAgainWhereverThatIsAnswered() {
    for (Route route : Routes.ALL) {
      JsonNode responses =
          description.operation(route.method(), route.template()).orElseThrow().path("responses");
      for (String status : List.of("429", "503")) {
        assertThat(responses.path(status).path("headers").has("Retry-After"))
            .as(route + " " + status)
            .isTrue();
      }
    }
  }

  @Test
  void isServed() throws Exception {
    try (Served served = new Served()) {
      HttpResponse<String> answer = served.get("/v1/openapi.json");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"openapi\": \"3.1.0\"");
    }
  }
}
