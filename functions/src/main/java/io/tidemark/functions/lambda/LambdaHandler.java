package io.tidemark.functions.lambda;

import io.micronaut.function.aws.MicronautRequestHandler;
import io.tidemark.functions.function.Report;
import io.tidemark.functions.http.RawRequest;
import io.tidemark.functions.wiring.FunctionsContext;
import io.tidemark.functions.wiring.ServiceSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Named as the handler of every Lambda function. An event of HTTP is answered as the server would;
/// any other runs the scheduled function that its member `function` or else the variable
/// `TIDEMARK_FUNCTION` names.
public final class LambdaHandler
    extends MicronautRequestHandler<Map<String, Object>, Map<String, Object>> {
  private static final Logger LOG = LoggerFactory.getLogger(LambdaHandler.class);
  private static final String FUNCTION = "function";

  private final FunctionsContext functions;
  private final Map<String, String> variables;

  /// By Lambda: everything that a first call needs is made now, for which there is more processor
  /// than later.
  public LambdaHandler() {
    this(System.getenv());
  }

  LambdaHandler(Map<String, String> variables) {
    this(start(new ServiceSettings(variables)), variables);
  }

  private LambdaHandler(FunctionsContext functions, Map<String, String> variables) {
    super(functions.beans());
    this.functions = functions;
    this.variables = Map.copyOf(variables);
    Object _ = functions.dispatcher();
  }

  @SuppressWarnings("resource") // The store lives as long as the process, which Lambda ends.
  private static FunctionsContext start(ServiceSettings settings) {
    try {
      return FunctionsContext.start(settings.parts(settings.tokens()), settings.openStore());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, Object> execute(Map<String, Object> event) {
    Optional<RawRequest> request = HttpEvents.request(event);
    return request.isPresent()
        ? HttpEvents.answer(functions.dispatcher().answer(request.get()))
        : scheduled(event);
  }

  /// Fails when a part of the work did, so that it is counted and tried again: twice is once.
  private Map<String, Object> scheduled(Map<String, Object> event) {
    String name =
        event.get(FUNCTION) instanceof String named
            ? named
            : variables.getOrDefault("TIDEMARK_FUNCTION", "");
    Report report = functions.run(name);
    LOG.info("{}: {}", name, report.counts());
    report.failures().forEach(failure -> LOG.error("{}: {}", name, failure));
    if (!report.failures().isEmpty()) {
      throw new IllegalStateException(
          name + " failed in part: " + String.join("; ", report.failures()));
    }
    return Map.of(FUNCTION, report.function(), "counts", report.counts(), "notes", report.notes());
  }
}
