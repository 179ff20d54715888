package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots;
import java.util.List;
import java.util.Set;

/// Brings a snapshot back from the trash.
@FunctionBean("snapshot-undelete")
public final class SnapshotUndeleteFunction implements ApiFunction {
  private final OpenRepository opened;

  SnapshotUndeleteFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    call.body().members(Set.of());
    Snapshots snapshots = new Snapshots(opened.of(call));
    Snapshot found = snapshots.find(PathParameters.snapshot(call));
    Snapshot back = snapshots.undelete(List.of(found)).getFirst();
    return Answer.ok(ShownDetail.of(back)).with("ETag", EntityTags.of(back));
  }
}
