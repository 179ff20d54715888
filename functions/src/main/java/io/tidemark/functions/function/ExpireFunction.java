package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.repository.Repository;
import io.tidemark.repository.schedule.Expire;

/// Moves to the trash what no policy keeps any more and what is past its expiry.
@FunctionBean("expire")
public final class ExpireFunction implements ScheduledFunction {
  @Override
  public Report apply(Repository repository) {
    Report.Builder report = new Report.Builder("expire", "trashed");
    Expire expire = new Expire(repository);
    Expire.Plan plan = expire.plan();
    plan.skipped().forEach(skipped -> report.failure(skipped.text()));
    for (Expire.Result result : expire.apply(plan.due())) {
      String what =
          result.due().snapshot().entry().snapshot()
              + " of "
              + result.due().snapshot().volume().name()
              + ": ";
      if (result.failure().isPresent()) {
        report.failure(what + result.failure().get());
      } else {
        report.count("trashed", 1).note(what + result.due().reason());
      }
    }
    return report.build();
  }
}
