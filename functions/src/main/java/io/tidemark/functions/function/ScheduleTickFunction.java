package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.repository.Repository;
import io.tidemark.repository.schedule.ScheduleTick;

/// Asks for the snapshots that policies want now; to be run every minute.
@FunctionBean("schedule-tick")
public final class ScheduleTickFunction implements ScheduledFunction {
  @Override
  public Report apply(Repository repository) {
    Report.Builder report = new Report.Builder("schedule-tick", "requested", "known", "refused");
    for (ScheduleTick.Asked asked : new ScheduleTick(repository).run()) {
      String what = asked.policy().name() + " at " + asked.due() + " of " + asked.volume();
      switch (asked.outcome()) {
        case ScheduleTick.Outcome.Requested requested ->
            report.count("requested", 1).note(what + ": " + requested.snapshot().id());
        case ScheduleTick.Outcome.Known _ -> report.count("known", 1);
        case ScheduleTick.Outcome.Refused(String reason) ->
            report.count("refused", 1).note(what + ": " + reason);
        case ScheduleTick.Outcome.Failed failed ->
            report.failure(what + ": " + failed.failure().getMessage());
      }
    }
    return report.build();
  }
}
