package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.snapshot.Snapshots.Deletion;

/// Deletes a snapshot: to the trash, or past it. One that is not made yet is aborted.
@FunctionBean("snapshot-delete")
public final class SnapshotDeleteFunction implements ApiFunction {
  private final OpenRepository opened;

  SnapshotDeleteFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    Deletion deletion = call.query().flag("now") ? Deletion.NOW : Deletion.TO_TRASH;
    Snapshots snapshots = new Snapshots(opened.of(call));
    Snapshot snapshot = snapshots.find(PathParameters.snapshot(call));
    call.preconditions().requireMatch(EntityTags.of(snapshot));
    Deletions.Outcome _ = Deletions.delete(snapshots, snapshot, deletion);
    return Answer.empty();
  }
}
