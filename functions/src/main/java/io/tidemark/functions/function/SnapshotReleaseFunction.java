package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots;
import java.util.Set;

/// Ends every person's hold on a snapshot.
@FunctionBean("snapshot-release")
public final class SnapshotReleaseFunction implements ApiFunction {
  private final OpenRepository opened;

  SnapshotReleaseFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    call.body().members(Set.of());
    Snapshots snapshots = new Snapshots(opened.of(call));
    Snapshot released = snapshots.release(snapshots.find(PathParameters.snapshot(call)));
    return Answer.ok(ShownDetail.of(released)).with("ETag", EntityTags.of(released));
  }
}
