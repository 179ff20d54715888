package io.tidemark.functions.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.tidemark.repository.Refused;
import io.tidemark.repository.journal.IllegalEventException;
import io.tidemark.repository.store.StoreException;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns what functions throw into problems.
@Singleton
final class FailureHandler implements ExceptionHandler<Throwable, HttpResponse<Problem>> {
  private static final Logger LOG = LoggerFactory.getLogger(FailureHandler.class);

  @Override
  @SuppressWarnings("rawtypes") // The interface has it so.
  public HttpResponse<Problem> handle(HttpRequest request, Throwable thrown) {
    Problem problem = problem(thrown);
    if (problem.status() == HttpStatus.INTERNAL_SERVER_ERROR.getCode()) {
      LOG.error("{} {}", request.getMethod(), request.getPath(), thrown);
    } else if (problem.status() > HttpStatus.INTERNAL_SERVER_ERROR.getCode()) {
      LOG.warn("{} {}: {}", request.getMethod(), request.getPath(), problem.detail());
    }
    return problem.response();
  }

  static Problem problem(Throwable thrown) {
    return switch (thrown) {
      case BadRequest e -> new Problem(HttpStatus.BAD_REQUEST, "BAD_REQUEST", text(e));
      case Refused e -> new Problem(status(e.reason()), e.reason().name(), text(e));
      case IllegalEventException e ->
          new Problem(
              HttpStatus.CONFLICT, "WRONG_STATE", text(e) + ". Nothing was changed; look again.");
      case StoreException e -> problem(e);
      default ->
          new Problem(
              HttpStatus.INTERNAL_SERVER_ERROR,
              "INTERNAL",
              "This should not have happened; the log of the functions tells more.");
    };
  }

  private static HttpStatus status(Refused.Reason reason) {
    return switch (reason) {
      case UNKNOWN_VOLUME, UNKNOWN_SNAPSHOT -> HttpStatus.NOT_FOUND;
      case NO_REPOSITORY, STORE_UNFIT -> HttpStatus.SERVICE_UNAVAILABLE;
      case REPOSITORY_EXISTS,
          VOLUME_EXISTS,
          VOLUME_NOT_EMPTY,
          OTHER_HOST,
          AMBIGUOUS_SNAPSHOT,
          WRONG_STATE,
          HELD,
          NOT_HELD,
          IN_USE,
          TARGET_EXISTS,
          TARGET_TOO_SMALL,
          QUOTA ->
          HttpStatus.CONFLICT;
    };
  }

  private static Problem problem(StoreException e) {
    return switch (e) {
      case StoreException.Unavailable _ ->
          new Problem(HttpStatus.SERVICE_UNAVAILABLE, "STORE_UNAVAILABLE", text(e));
      case StoreException.UnknownOutcome _ ->
          new Problem(HttpStatus.SERVICE_UNAVAILABLE, "UNKNOWN_OUTCOME", text(e));
      case StoreException.Missing _ ->
          new Problem(HttpStatus.BAD_GATEWAY, "STORE_MISSING", text(e));
      case StoreException.Denied _ -> new Problem(HttpStatus.BAD_GATEWAY, "STORE_DENIED", text(e));
      case StoreException.Corrupt _ ->
          new Problem(HttpStatus.BAD_GATEWAY, "STORE_CORRUPT", text(e));
      case StoreException.FormatTooNew _ ->
          new Problem(HttpStatus.BAD_GATEWAY, "FORMAT_TOO_NEW", text(e));
    };
  }

  private static String text(RuntimeException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
