package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.Repository;
import io.tidemark.repository.collect.TrashWindow;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots;

/// One snapshot, with its progress while it is made, and its time in the trash.
@FunctionBean("snapshot-show")
public final class SnapshotShowFunction implements ApiFunction {
  private final OpenRepository opened;
  private final TrashWindow trash;

  SnapshotShowFunction(OpenRepository opened, TrashWindow trash) {
    this.opened = opened;
    this.trash = trash;
  }

  @Override
  public Answer apply(Call call) {
    Repository repository = opened.of(call);
    Snapshot snapshot = new Snapshots(repository).find(PathParameters.snapshot(call));
    return Answer.ok(ShownDetail.inFull(repository, trash, snapshot))
        .with("ETag", EntityTags.of(snapshot));
  }
}
