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
    for (Upkeep.Due due : new AbortSilent(repository).run()) {
      report.count("ended", 1).note(due.volume() + ": " + due.description());
    }
    return report.build();
  }
}
