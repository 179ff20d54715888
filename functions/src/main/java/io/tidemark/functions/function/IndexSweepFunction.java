package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.repository.Repository;
import io.tidemark.repository.schedule.IndexSweep;

/// Makes good what crashes left out of the index and the inboxes, and clears away what is
/// superseded; to be run every hour.
@FunctionBean("index-sweep")
public final class IndexSweepFunction implements ScheduledFunction {
  @Override
  public Report apply(Repository repository) {
    IndexSweep.Result result = new IndexSweep(repository).run();
    Report.Builder report =
        new Report.Builder("index-sweep")
            .count("healedVolumes", result.healedVolumes())
            .count("addedMarkers", result.addedMarkers())
            .count("removedMarkers", result.removedMarkers())
            .count("tidied", result.tidied());
    result.skipped().forEach(skipped -> report.failure(skipped.text()));
    return report.build();
  }
}
