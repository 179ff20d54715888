package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.Repository;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots;

/// One snapshot, with its progress while it is made.
@FunctionBean("snapshot-show")
public final class SnapshotShowFunction implements ApiFunction {
  private final OpenRepository opened;

  SnapshotShowFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    Repository repository = opened.of(call);
    Snapshot snapshot = new Snapshots(repository).find(PathParameters.snapshot(call));
    return Answer.ok(ShownDetail.withProgress(repository, snapshot))
        .with("ETag", EntityTags.of(snapshot));
  }
}
