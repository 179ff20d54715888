package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.repository.Repository;
import io.tidemark.repository.schedule.SampleReading;
import io.tidemark.repository.schedule.VerifySample;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.store.StoreException;

/// Reads chunks of some snapshots, both picked by chance, and checks them. What is found is noted
/// with each snapshot where the store lets this write; a key that only reads will do.
@FunctionBean("verify-sample")
public final class VerifySampleFunction implements ScheduledFunction {
  private static final int SNAPSHOTS = 4;
  private static final int CHUNKS = 64;

  @Override
  public Report apply(Repository repository) {
    Report.Builder report =
        new Report.Builder("verify-sample", "snapshots", "chunks", "bytes", "damaged");
    SampleReading reading = new SampleReading(repository);
    VerifySample.Selection selection = new VerifySample(repository).select(SNAPSHOTS);
    selection.skipped().forEach(skipped -> report.failure(skipped.text()));
    for (Snapshot snapshot : selection.snapshots()) {
      String name = snapshot.entry().snapshot() + " of " + snapshot.volume().name();
      try {
        SampleReading.Result result = reading.read(snapshot, CHUNKS);
        reading.note(snapshot, result);
        report
            .count("snapshots", 1)
            .count("chunks", result.chunks())
            .count("bytes", result.bytes())
            .count("damaged", result.damage().size());
        result
            .damage()
            .forEach(
                damage ->
                    report.failure(
                        name + ": " + damage + ". See: tidemark snapshot verify SNAPSHOT"));
      } catch (StoreException e) {
        report.failure(name + ": " + e.getMessage());
      }
    }
    return report.build();
  }
}
