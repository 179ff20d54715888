package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Members;
import io.tidemark.functions.http.Preconditions;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.Snapshots;
import java.util.Set;

/// Changes the name, the tags or the expiry of a snapshot.
@FunctionBean("snapshot-update")
public final class SnapshotUpdateFunction implements ApiFunction {
  private static final Set<String> MEMBERS =
      Set.of(LabelMembers.NAME, LabelMembers.TAGS, LabelMembers.EXPIRES);

  private final OpenRepository opened;

  SnapshotUpdateFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    Members members = call.body().members(MEMBERS);
    Label _ = LabelMembers.label(members);
    Preconditions preconditions = call.preconditions();
    Snapshots snapshots = new Snapshots(opened.of(call));
    Snapshot found = snapshots.find(PathParameters.snapshot(call));
    preconditions.requireMatch(EntityTags.of(found));
    Snapshot changed =
        snapshots.describe(
            found,
            label -> {
              // Somebody may have changed it after it was found to match.
              if (preconditions.ifMatch().isPresent() && !label.equals(found.entry().label())) {
                throw Preconditions.failed();
              }
              return LabelMembers.changed(members, label);
            });
    return Answer.ok(ShownDetail.of(changed)).with("ETag", EntityTags.of(changed));
  }
}
