package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Members;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotName;
import io.tidemark.repository.snapshot.Snapshots;
import java.util.Set;

/// Keeps a snapshot from being deleted, until it is released.
@FunctionBean("snapshot-hold")
public final class SnapshotHoldFunction implements ApiFunction {
  private static final String REASON = "reason";

  private final OpenRepository opened;

  SnapshotHoldFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    Members members = call.body().members(Set.of(REASON));
    String reason = members.value(REASON, text -> new SnapshotName(text).text()).orElse("");
    Snapshots snapshots = new Snapshots(opened.of(call));
    Snapshot held = snapshots.hold(snapshots.find(PathParameters.snapshot(call)), reason);
    return Answer.ok(ShownDetail.of(held)).with("ETag", EntityTags.of(held));
  }
}
