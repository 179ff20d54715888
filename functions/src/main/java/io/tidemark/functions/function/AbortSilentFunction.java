package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.repository.Repository;
import io.tidemark.repository.collect.Upkeep;
import io.tidemark.repository.schedule.AbortSilent;

/// Ends silent sessions and holds, and requests that nobody served in time.
@FunctionBean("abort-silent")
public final class AbortSilentFunction implements ScheduledFunction {
  @Override
  public Report apply(Repository repository) {
    Report.Builder report = new Report.Builder("abort-silent", "ended");
    AbortSilent.Result result = new AbortSilent(repository).run();
    result.skipped().forEach(skipped -> report.failure(skipped.text()));
    for (Upkeep.Due due : result.done()) {
      report.count("ended", 1).note(due.volume() + ": " + due.description());
    }
    return report.build();
  }
}
