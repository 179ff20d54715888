package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Members;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.functions.http.Status;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.repository.Policy;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.volume.Label;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.snapshot.RequestedSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotName;
import io.tidemark.repository.snapshot.SnapshotRequest;
import io.tidemark.repository.snapshot.SnapshotRequests;
import io.tidemark.repository.volume.Volumes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Requests a snapshot of a volume; the agent of its host makes it.
@FunctionBean("snapshot-create")
public final class SnapshotCreateFunction implements ApiFunction {
  private static final String GROUP = "group";
  private static final String QUIESCE = "quiesce";
  private static final int MOST_STEPS = 16;
  private static final Set<String> MEMBERS =
      Set.of(
          LabelMembers.NAME,
          LabelMembers.TAGS,
          LabelMembers.EXPIRES,
          HowLate.MEMBER,
          GROUP,
          QUIESCE);

  private final OpenRepository opened;

  SnapshotCreateFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Override
  public Answer apply(Call call) {
    String volume = PathParameters.volume(call);
    Members members = call.body().members(MEMBERS);
    Label label = LabelMembers.label(members);
    Duration howLate = HowLate.of(members, Policy.HOW_LATE);
    Wishes wishes =
        new Wishes(
            members.value(GROUP, SnapshotCreateFunction::word),
            members.list(QUIESCE, MOST_STEPS, SnapshotCreateFunction::word).orElse(List.of()));
    Optional<RequestKey> key = IdempotencyKeys.of(call);
    Repository repository = opened.of(call);
    RepositoryState state = repository.journal().read().state();
    RequestedSnapshot requested =
        new SnapshotRequests(repository)
            .request(
                state,
                new SnapshotRequest(
                    Volumes.find(state, volume), label, Optional.empty(), howLate, wishes),
                key);
    return switch (requested) {
      case RequestedSnapshot.Made(Snapshot snapshot) -> accepted(snapshot);
      case RequestedSnapshot.Repeated(Snapshot snapshot) -> accepted(snapshot);
      case RequestedSnapshot.Gone gone ->
          throw new ProblemException(
              Problem.of(
                  Status.GONE,
                  "SNAPSHOT_GONE",
                  gone.id()
                      + " was requested with this idempotency key and is no more"
                      + gone.reason().map(why -> ": " + why).orElse("")
                      + ". Take a new key for a new snapshot.",
                  "Idempotency-Key"));
    };
  }

  private static Answer accepted(Snapshot snapshot) {
    return Answer.of(Status.ACCEPTED, ShownDetail.of(snapshot))
        .with("Location", "/v1/snapshots/" + snapshot.entry().snapshot());
  }

  private static String word(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("It is empty");
    }
    return new SnapshotName(text).text();
  }
}
