package io.tidemark.functions.http;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Turns what the server itself refuses (no such path, a body that is no JSON …) into problems.
@Singleton
final class ProblemProcessor implements ErrorResponseProcessor<Problem> {
  /// What surrounds the fact that a body is no JSON, or not of the right shape.
  private static final Pattern UNREADABLE_BODY =
      Pattern.compile("(?s)\\AFailed to convert argument .*? due to: (.*?)(?:\\s*\\n.*)?\\z");

  @Override
  public MutableHttpResponse<Problem> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    HttpStatus status = HttpStatus.valueOf(response.code());
    String said =
        status.getCode() < HttpStatus.INTERNAL_SERVER_ERROR.getCode()
            ? context.getErrors().stream()
                .map(
                    error ->
                        UNREADABLE_BODY
                            .matcher(error.getMessage())
                            .replaceFirst("The body does not fit: $1"))
                .collect(Collectors.joining("; "))
            : "";
    return response
        .contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE)
        .body(new Problem(status, status.name(), said.isBlank() ? status.getReason() : said));
  }
}
