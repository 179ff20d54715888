package io.tidemark.functions.face;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.tidemark.functions.cbs.CbsFace;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.Status;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Turns what the server itself refuses before anybody sees it (a body that is too large, an
/// address that is none …) into problems.
@Singleton
final class ServerProblems implements ErrorResponseProcessor<Object> {
  private final Provider<CbsFace> cbs;

  ServerProblems(Provider<CbsFace> cbs) {
    this.cbs = cbs;
  }

  @Override
  public MutableHttpResponse<Object> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    HttpStatus status = HttpStatus.valueOf(response.code());
    if (status == HttpStatus.BAD_REQUEST) {
      return malformed(response);
    }
    HttpRequest<?> request = context.getRequest();
    if (status == HttpStatus.REQUEST_ENTITY_TOO_LARGE && request.getPath().equals("/")) {
      RawAnswer answer =
          cbs.get().tooLarge(Optional.ofNullable(request.getHeaders().get("X-TC-Language")));
      answer.headers().forEach(response::header);
      return response.status(answer.status()).body(answer.body().bytes());
    }
    return response
        .contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE)
        .body(Problem.of(status.getCode(), status.name(), status.getReason() + ": not read"));
  }

  /// The same response with the problem of a request that cannot be taken apart.
  static MutableHttpResponse<Object> malformed(MutableHttpResponse<?> response) {
    return response
        .contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE)
        .body(
            Problem.of(
                Status.BAD_REQUEST,
                "BAD_REQUEST",
                "The request is not well-formed: look at its address, which has to be"
                    + " percent-encoded, at its headers, and at the length or the chunks of its"
                    + " body"));
  }
}
