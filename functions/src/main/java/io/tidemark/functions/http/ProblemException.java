package io.tidemark.functions.http;

import java.util.Map;

/// A request that is answered with a problem; nothing was done.
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  private final transient Map<String, String> headers;

  public ProblemException(Problem problem) {
    this(problem, Map.of());
  }

  /// @param headers that the answer has
  public ProblemException(Problem problem, Map<String, String> headers) {
    super(problem.detail());
    this.problem = problem;
    this.headers = Map.copyOf(headers);
  }

  /// A request whose field is not what it has to be.
  public static ProblemException field(String field, String detail) {
    return new ProblemException(Problem.of(Status.BAD_REQUEST, "BAD_REQUEST", detail, field));
  }

  /// A request that says nothing sensible.
  public static ProblemException badRequest(String detail) {
    return new ProblemException(Problem.of(Status.BAD_REQUEST, "BAD_REQUEST", detail));
  }

  public Problem problem() {
    return problem;
  }

  public Map<String, String> headers() {
    return headers;
  }
}
