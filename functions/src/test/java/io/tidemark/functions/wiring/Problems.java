package io.tidemark.functions.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Looks into answers.
final class Problems {
  private Problems() {}

  static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body())
        .contains("\"type\":\"urn:tidemark:problem:", "\"title\":\"", "\"detail\":\"")
        .contains("\"status\":" + status)
        .contains("\"code\":\"" + code + "\"");
  }

  static List<String> ids(String body) {
    return Pattern.compile("\"id\":\"([^\"]+)\"")
        .matcher(body)
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  static Optional<String> next(String body) {
    return Pattern.compile("\"next\":\"([^\"]+)\"")
        .matcher(body)
        .results()
        .map(result -> result.group(1))
        .findFirst();
  }
}
