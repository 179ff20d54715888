package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.functions.http.Status;
import java.util.Set;

/// Runs a scheduled function now.
@FunctionBean("function-run")
public final class FunctionRunFunction implements ApiFunction {
  private final OpenRepository opened;
  private final ScheduledFunctions scheduled;

  FunctionRunFunction(OpenRepository opened, ScheduledFunctions scheduled) {
    this.opened = opened;
    this.scheduled = scheduled;
  }

  @Override
  public Answer apply(Call call) {
    call.body().members(Set.of());
    String name = call.path().required("function");
    if (!scheduled.names().contains(name)) {
      throw new ProblemException(
          Problem.of(
              Status.NOT_FOUND,
              "UNKNOWN_FUNCTION",
              "The scheduled functions are " + String.join(", ", scheduled.names()),
              "function"));
    }
    return Answer.ok(scheduled.run(name, opened.of(call)));
  }
}
