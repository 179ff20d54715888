package io.tidemark.functions.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.RawBody;
import io.tidemark.functions.http.RawRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpEventsTest {
  @Test
  void readsFormatTwo() {
    RawRequest request =
        HttpEvents.request(
                Map.of(
                    "version",
                    "2.0",
                    "rawPath",
                    "/prod/v1/snapshots",
                    "rawQueryString",
                    "name=a%20b",
                    "headers",
                    Map.of("authorization", "Bearer x"),
                    "requestContext",
                    Map.of("stage", "prod", "http", Map.of("method", "GET"))))
            .orElseThrow();

    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.path()).isEqualTo("/v1/snapshots");
    assertThat(request.query()).isEqualTo("name=a%20b");
    assertThat(request.header("Authorization")).hasValue("Bearer x");
    assertThat(request.body().length()).isZero();
  }

  @Test
  void readsTheDefaultStageAndABodyInBase64() {
    RawRequest request =
        HttpEvents.request(
                Map.of(
                    "rawPath",
                    "/v1/volumes/%24default/snapshots",
                    "body",
                    Base64.getEncoder().encodeToString("{}".getBytes(StandardCharsets.UTF_8)),
                    "isBase64Encoded",
                    true,
                    "requestContext",
                    Map.of("stage", "$default", "http", Map.of("method", "POST"))))
            .orElseThrow();

    assertThat(request.path()).isEqualTo("/v1/volumes/%24default/snapshots");
    assertThat(new String(request.body().bytes(), StandardCharsets.UTF_8)).isEqualTo("{}");
  }

  @Test
  void readsFormatOneWhoseParametersAreDecoded() {
    RawRequest request =
        HttpEvents.request(
                Map.of(
                    "version",
                    "1.0",
                    "httpMethod",
                    "GET",
                    "path",
                    "/v1/snapshots",
                    "multiValueQueryStringParameters",
                    Map.of("name", List.of("a b&c")),
                    "multiValueHeaders",
                    Map.of("Accept", List.of("text/html", "*/*")),
                    "requestContext",
                    Map.of("stage", "prod")))
            .orElseThrow();

    assertThat(request.path()).isEqualTo("/v1/snapshots");
    assertThat(request.query()).isEqualTo("name=a+b%26c");
    assertThat(request.header("accept")).hasValue("text/html, */*");
  }

  @Test
  void takesNothingElseForARequest() {
    assertThat(HttpEvents.request(Map.of("source", "aws.events"))).isEmpty();
    assertThat(HttpEvents.request(Map.of("function", "collect", "requestContext", "x"))).isEmpty();
  }

  @Test
  void answersInAFormThatFitsBoth() {
    Map<String, Object> answer =
        HttpEvents.answer(
            new RawAnswer(
                404,
                Map.of("Content-Type", "application/problem+json"),
                new RawBody("{}".getBytes(StandardCharsets.UTF_8))));

    assertThat(answer)
        .containsEntry("statusCode", 404)
        .containsEntry("body", "{}")
        .containsEntry("isBase64Encoded", false)
        .containsEntry("headers", Map.of("Content-Type", "application/problem+json"));
  }
}
