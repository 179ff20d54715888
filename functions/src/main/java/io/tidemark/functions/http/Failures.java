package io.tidemark.functions.http;

import io.tidemark.repository.Refused;
import io.tidemark.repository.journal.IllegalEventException;
import io.tidemark.repository.store.StoreException;
import java.util.Map;

/// Turns what functions throw into problems.
public final class Failures {
  private static final String RETRY_AFTER_SECONDS = "5";

  private Failures() {}

  public static Problem problem(Throwable thrown) {
    return switch (thrown) {
      case ProblemException e -> e.problem();
      case Refused e -> problem(e);
      case IllegalEventException e ->
          Problem.of(
              Status.CONFLICT, "WRONG_STATE", text(e) + ". Nothing was changed; look again.");
      case StoreException e -> Problem.of(status(e), e.code(), text(e));
      default ->
          Problem.of(
              Status.INTERNAL,
              "INTERNAL",
              "This should not have happened; the log of the functions tells more.");
    };
  }

  /// Headers of the answer that tells `thrown`: when to ask again where that may help.
  public static Map<String, String> headers(Throwable thrown) {
    return switch (thrown) {
      case ProblemException e -> e.headers();
      default ->
          problem(thrown).status() == Status.UNAVAILABLE
              ? Map.of("Retry-After", RETRY_AFTER_SECONDS)
              : Map.of();
    };
  }

  private static Problem problem(Refused e) {
    String code = e.reason().name();
    return switch (e.reason()) {
      case EXPIRES_IN_PAST -> Problem.of(status(e.reason()), code, text(e), "expires");
      case UNKNOWN_STEP -> Problem.of(status(e.reason()), code, text(e), "quiesce");
      case UNKNOWN_POOL -> Problem.of(status(e.reason()), code, text(e), "pool");
      case Refused.Reason reason -> Problem.of(status(reason), code, text(e));
    };
  }

  private static int status(Refused.Reason reason) {
    return switch (reason) {
      case UNKNOWN_VOLUME, UNKNOWN_SNAPSHOT, UNKNOWN_HOST, UNKNOWN_POLICY -> Status.NOT_FOUND;
      case NO_REPOSITORY, STORE_UNFIT -> Status.UNAVAILABLE;
      case EXPIRES_IN_PAST -> Status.BAD_REQUEST;
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
          QUOTA,
          KEY_REUSED,
          UNKNOWN_POOL,
          NO_AGENT,
          POLICY_EXISTS,
          UNKNOWN_STEP ->
          Status.CONFLICT;
    };
  }

  private static int status(StoreException e) {
    return switch (e) {
      case StoreException.Unavailable _ -> Status.UNAVAILABLE;
      case StoreException.UnknownOutcome _ -> Status.UNAVAILABLE;
      case StoreException.Missing _ -> Status.BAD_GATEWAY;
      case StoreException.Denied _ ->
          e.code().equals(StoreException.NO_BUCKET)
              ? status(Refused.Reason.NO_REPOSITORY)
              : Status.BAD_GATEWAY;
      case StoreException.Corrupt _ -> Status.BAD_GATEWAY;
      case StoreException.FormatTooNew _ -> Status.BAD_GATEWAY;
    };
  }

  private static String text(RuntimeException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
