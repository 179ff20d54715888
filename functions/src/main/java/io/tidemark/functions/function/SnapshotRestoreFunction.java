package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Members;
import io.tidemark.functions.http.Status;
import io.tidemark.repository.Repository;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.restore.RequestedRestore;
import io.tidemark.repository.restore.RestoreRequests;
import io.tidemark.repository.restore.RestoreTarget;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotSelector;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.volume.VolumeName;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Requests a restore to a new volume or in place; a host's agent does it.
@FunctionBean("snapshot-restore")
public final class SnapshotRestoreFunction implements ApiFunction {
  private static final String IN_PLACE = "inPlace";
  private static final String VOLUME = "volume";
  private static final String HOST = "host";
  private static final String POOL = "pool";
  private static final Duration HOW_LATE = Duration.ofHours(1);

  private final OpenRepository opened;

  SnapshotRestoreFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    SnapshotSelector selector = PathParameters.snapshot(call);
    Members members = call.body().members(Set.of(IN_PLACE, VOLUME, HOST, POOL, HowLate.MEMBER));
    Duration howLate = HowLate.of(members, HOW_LATE);
    Optional<NewVolume> wanted = newVolume(members);
    Optional<RequestKey> key = IdempotencyKeys.of(call);
    Repository repository = opened.of(call);
    Snapshot snapshot = new Snapshots(repository).find(selector);
    RestoreTarget target =
        wanted.isPresent()
            ? new RestoreTarget.NewVolume(
                wanted.get().name(),
                wanted.get().host().orElse(snapshot.volume().host()),
                wanted.get().pool())
            : new RestoreTarget.InPlace();
    RequestedRestore restore =
        new RestoreRequests(repository)
            .request(repository.journal().read().state(), snapshot, selector, target, howLate, key);
    return Answer.of(Status.ACCEPTED, shown(restore))
        .with("Location", "/v1/volumes/" + restore.journal() + "/restores/" + restore.hold());
  }

  private record NewVolume(VolumeName name, Optional<String> host, String pool) {}

  /// Empty for a restore in place, which is never done unless it is asked for.
  private static Optional<NewVolume> newVolume(Members members) {
    Optional<VolumeName> name = members.value(VOLUME, VolumeName::new);
    boolean inPlace = members.flag(IN_PLACE).orElse(false);
    if (inPlace && (name.isPresent() || members.has(POOL) || members.has(HOST))) {
      throw members.wrong(IN_PLACE, "is true, and so there is no new volume, host or pool");
    }
    if (!inPlace && name.isEmpty()) {
      throw members.wrong(
          VOLUME,
          "is missing: the name of the new volume. To overwrite the volume itself, set 'inPlace'"
              + " to true");
    }
    return name.map(
        known ->
            new NewVolume(
                known,
                members.value(HOST, SnapshotRestoreFunction::word),
                members.required(POOL, SnapshotRestoreFunction::word)));
  }

  private static String word(String text) {
    if (text.isEmpty() || text.length() > 255) {
      throw new IllegalArgumentException("It is not 1 to 255 characters long");
    }
    return text;
  }

  private static ShownRestore shown(RequestedRestore restore) {
    return switch (restore.standing()) {
      case RequestedRestore.Standing.Waiting() ->
          shown(restore, ShownRestore.WAITING, Optional.empty());
      case RequestedRestore.Standing.Ended(Optional<String> outcome) ->
          shown(restore, ShownRestore.ENDED, outcome);
    };
  }

  private static ShownRestore shown(
      RequestedRestore restore, String state, Optional<String> outcome) {
    return new ShownRestore(
        restore.snapshot().text(),
        restore.target().name(),
        restore.target().id().text(),
        restore.hold(),
        state,
        outcome,
        Optional.empty());
  }
}
