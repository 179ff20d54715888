package io.tidemark.functions.face;

import io.tidemark.functions.access.Caller;
import io.tidemark.functions.access.RateLimit;
import io.tidemark.functions.access.Role;
import io.tidemark.functions.access.Tokens;
import io.tidemark.functions.cbs.CbsFace;
import io.tidemark.functions.function.ApiFunction;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Failures;
import io.tidemark.functions.http.JsonBody;
import io.tidemark.functions.http.Parameters;
import io.tidemark.functions.http.Percent;
import io.tidemark.functions.http.Preconditions;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.functions.http.RawAnswer;
import io.tidemark.functions.http.RawRequest;
import io.tidemark.functions.http.Status;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers requests, wherever they come from: a server or a gateway.
public final class Dispatcher {
  /// A body has at most so many bytes.
  public static final int LARGEST_BODY_BYTES = 64 << 10;

  /// An address has at most so many characters.
  public static final int LONGEST_ADDRESS = 32_000;

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final String HEALTH = "/health";

  /// Nobody in particular: who may ask for health, and in whose name wrong tokens are counted.
  private static final Caller NOBODY = new Caller("nobody", Role.READER);

  private final Tokens tokens;
  private final RateLimit rate;
  private final Function<String, ApiFunction> functions;
  private final AnswerWriter writer;
  private final CbsFace cbs;

  /// @param functions by name; every one that a route names is there
  public Dispatcher(
      Tokens tokens,
      RateLimit rate,
      Function<String, ApiFunction> functions,
      AnswerWriter writer,
      CbsFace cbs) {
    this.tokens = tokens;
    this.rate = rate;
    this.functions = functions;
    this.writer = writer;
    this.cbs = cbs;
  }

  public RawAnswer answer(RawRequest request) {
    if (CbsFace.isFor(request)) {
      return cbs.answer(request);
    }
    try {
      return writer.write(request, answered(request));
    } catch (RuntimeException | StackOverflowError e) {
      Problem problem = Failures.problem(e);
      if (problem.status() == Status.INTERNAL) {
        LOG.error("{} {}", Percent.shown(request.method()), Percent.shown(request.path()), e);
      } else if (problem.status() > Status.INTERNAL) {
        LOG.warn(
            "{} {}: {}",
            Percent.shown(request.method()),
            Percent.shown(request.path()),
            problem.detail());
      }
      return writer.write(problem, Failures.headers(e));
    }
  }

  private Answer answered(RawRequest request) {
    if (request.path().length() + request.query().length() > LONGEST_ADDRESS) {
      throw problem(
          Status.URI_TOO_LONG,
          "URI_TOO_LONG",
          "The address has more than " + LONGEST_ADDRESS + " characters");
    }
    if (request.path().equals(HEALTH)) {
      requireGet(request);
      return functions.apply("health").apply(call(request, NOBODY, Map.of(), Map.of()));
    }
    Optional<Caller> caller = tokens.find(request.header("Authorization"));
    count(caller);
    if (caller.isEmpty()) {
      throw new ProblemException(
          Problem.of(
              Status.UNAUTHORIZED,
              "UNAUTHORIZED",
              "Show a token that is let in: Authorization: Bearer TOKEN"),
          Map.of("WWW-Authenticate", "Bearer realm=\"tidemark\""));
    }
    return routed(request, caller.get());
  }

  /// Answers as over HTTP what another face asks in the name of a caller that it has let in and
  /// counted.
  ///
  /// @throws RuntimeException which [Failures] tells, when that is what the answer would be
  public Answer ask(RawRequest request, Caller caller) {
    return routed(request, caller);
  }

  /// Counts a request that another face answers.
  ///
  /// @param caller empty for somebody who is not let in yet
  /// @throws ProblemException when it has to wait
  public void count(Optional<Caller> caller) {
    requireRate(caller.orElse(NOBODY));
  }

  private Answer routed(RawRequest request, Caller caller) {
    List<String> segments = segments(request.path());
    Map<String, Matched> matches = matches(segments);
    if (matches.isEmpty()) {
      throw problem(
          Status.NOT_FOUND, "NOT_FOUND", "There is nothing at this path; see /v1/openapi.json");
    }
    boolean head = request.method().equals("HEAD");
    Matched matched = matches.get(head ? "GET" : request.method());
    if (matched == null) {
      String allowed =
          matches.keySet().stream().flatMap(Dispatcher::implied).collect(Collectors.joining(", "));
      throw methodNotAllowed(allowed);
    }
    Route route = matched.route();
    if (!caller.role().includes(route.role())) {
      throw problem(
          Status.FORBIDDEN,
          "FORBIDDEN",
          "This takes the role "
              + route.role().text()
              + ", and "
              + caller.name()
              + " has the role "
              + caller.role().text());
    }
    MediaTypes.requireAcceptable(request);
    Preconditions _ = Preconditions.of(request);
    requireBody(request, route);
    return functions
        .apply(route.function())
        .apply(call(request, caller, matched.path(), query(request, route)));
  }

  private record Matched(Route route, Map<String, String> path) {}

  /// The routes at a path, by method. What is there under its own name hides what a name may be
  /// anything for.
  private static Map<String, Matched> matches(List<String> segments) {
    Map<String, Matched> matches = new TreeMap<>();
    long parameters = Long.MAX_VALUE;
    for (Route route : Routes.ALL) {
      Optional<Map<String, String>> path = route.match(segments);
      if (path.isEmpty() || route.parameters() > parameters) {
        continue;
      }
      if (route.parameters() < parameters) {
        matches.clear();
        parameters = route.parameters();
      }
      matches.putIfAbsent(route.method(), new Matched(route, path.get()));
    }
    return matches;
  }

  private static Stream<String> implied(String method) {
    return method.equals("GET") ? Stream.of("GET", "HEAD") : Stream.of(method);
  }

  private static List<String> segments(String path) {
    if (!path.startsWith("/")) {
      throw problem(Status.NOT_FOUND, "NOT_FOUND", "A path begins with a slash");
    }
    return Arrays.stream(path.substring(1).split("/", -1)).map(Percent::segment).toList();
  }

  private static Map<String, List<String>> query(RawRequest request, Route route) {
    Map<String, List<String>> query = Percent.query(request.query());
    for (String name : query.keySet()) {
      if (!route.query().contains(name)) {
        throw ProblemException.field(
            Percent.shown(name),
            "'"
                + Percent.shown(name)
                + "' is no parameter here (known: "
                + String.join(", ", route.query().stream().sorted().toList())
                + ")");
      }
      if (query.getOrDefault(name, List.of()).size() > 1 && !route.repeatable().contains(name)) {
        throw ProblemException.field(name, "'" + name + "' is given twice");
      }
    }
    return query;
  }

  private static void requireBody(RawRequest request, Route route) {
    if (request.body().length() > LARGEST_BODY_BYTES) {
      throw problem(
          Status.TOO_LARGE, "TOO_LARGE", "The body has more than " + LARGEST_BODY_BYTES + " bytes");
    }
    switch (route.body()) {
      case NONE -> {
        if (request.body().length() > 0) {
          throw ProblemException.badRequest("Nothing is expected in the body");
        }
      }
      case JSON -> MediaTypes.requireJson(request);
    }
  }

  private static void requireGet(RawRequest request) {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      throw methodNotAllowed("GET, HEAD");
    }
  }

  private void requireRate(Caller caller) {
    Optional<Duration> wait = rate.count(caller.name());
    if (wait.isPresent()) {
      long seconds = wait.get().toSeconds() + 1;
      throw new ProblemException(
          Problem.of(
              Status.TOO_MANY_REQUESTS,
              "TOO_MANY_REQUESTS",
              "More requests than are let through; try again in " + seconds + " s"),
          Map.of("Retry-After", Long.toString(seconds)));
    }
  }

  private static ProblemException methodNotAllowed(String allowed) {
    return new ProblemException(
        Problem.of(
            Status.METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            "This path knows " + allowed + " only"),
        Map.of("Allow", allowed));
  }

  private static ProblemException problem(int status, String code, String detail) {
    return new ProblemException(Problem.of(status, code, detail));
  }

  private static Call call(
      RawRequest request,
      Caller caller,
      Map<String, String> path,
      Map<String, List<String>> query) {
    Map<String, List<String>> places = new HashMap<>();
    path.forEach((name, value) -> places.put(name, List.of(value)));
    return new Call(
        caller,
        new Parameters(places),
        new Parameters(query),
        request,
        new JsonBody(request.body()));
  }
}
