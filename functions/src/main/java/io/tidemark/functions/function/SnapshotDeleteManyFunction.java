package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Failures;
import io.tidemark.functions.http.Members;
import io.tidemark.functions.http.Problem;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.functions.http.Status;
import io.tidemark.repository.Refused;
import io.tidemark.repository.journal.IllegalEventException;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotSelector;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.snapshot.Snapshots.Deletion;
import io.tidemark.repository.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// Deletes several snapshots: none, unless all may be. All are looked at before the first goes;
/// what others do in between is told one by one.
@FunctionBean("snapshot-delete-many")
public final class SnapshotDeleteManyFunction implements ApiFunction {
  private static final String SNAPSHOTS = "snapshots";
  private static final String NOW = "now";
  private static final int MOST = 100;

  /// So many refusals are told in one answer.
  private static final int MOST_TOLD = 10;

  /// Every one of many would be waited for as long as the first.
  private static final Problem NOT_TRIED =
      Problem.of(
          Status.UNAVAILABLE,
          "STORE_UNAVAILABLE",
          "Not tried, for the store did not answer for one before. Send the request again.");

  private final OpenRepository opened;

  SnapshotDeleteManyFunction(OpenRepository opened) {
    this.opened = opened;
  }

  /// What became of one.
  ///
  /// @param outcome `TRASHED`, `REMOVED` or `FAILED`
  /// @param problem why it FAILED
  @Serdeable
  public record Deleted(String id, String volume, String outcome, Optional<Problem> problem) {}

  /// @param results in the order of the request, each snapshot once
  @Serdeable
  public record DeletedSnapshots(List<Deleted> results) {
    public DeletedSnapshots {
      results = List.copyOf(results);
    }
  }

  @Override
  public Answer apply(Call call) {
    Members members = call.body().members(Set.of(SNAPSHOTS, NOW));
    List<SnapshotSelector> selectors =
        members
            .list(SNAPSHOTS, MOST, SnapshotSelector::parse)
            .filter(list -> !list.isEmpty())
            .orElseThrow(
                () ->
                    members.wrong(
                        SNAPSHOTS, "is missing or empty: name 1 to " + MOST + " snapshots"));
    Deletion deletion = members.flag(NOW).orElse(false) ? Deletion.NOW : Deletion.TO_TRASH;
    Snapshots snapshots = new Snapshots(opened.of(call));
    List<Deleted> results = new ArrayList<>();
    boolean isAway = false;
    for (Snapshot snapshot : found(snapshots, selectors)) {
      Deleted deleted =
          isAway ? failed(snapshot, NOT_TRIED) : delete(snapshots, snapshot, deletion);
      isAway |= deleted.problem().filter(why -> why.status() == Status.UNAVAILABLE).isPresent();
      results.add(deleted);
    }
    return Answer.ok(new DeletedSnapshots(results));
  }

  /// All of them, each once.
  ///
  /// @throws ProblemException when one is not there or may not be deleted
  private static List<Snapshot> found(Snapshots snapshots, List<SnapshotSelector> selectors) {
    SequencedMap<SnapshotId, Snapshot> found = new LinkedHashMap<>();
    List<String> refusals = new ArrayList<>();
    Optional<Problem> first = Optional.empty();
    for (int i = 0; i < selectors.size(); i++) {
      try {
        Snapshot snapshot = snapshots.find(selectors.get(i));
        Deletions.requireDeletable(snapshots, snapshot);
        found.putIfAbsent(snapshot.entry().snapshot(), snapshot);
      } catch (Refused e) {
        String field = SNAPSHOTS + "[" + i + "]";
        Problem problem = Failures.problem(e);
        refusals.add(field + ": " + problem.detail());
        if (first.isEmpty()) {
          first = Optional.of(Problem.of(problem.status(), problem.code(), "", field));
        }
      }
    }
    if (first.isPresent()) {
      Problem at = first.get();
      String more = refusals.size() > MOST_TOLD ? " …" : "";
      throw new ProblemException(
          Problem.of(
              at.status(),
              at.code(),
              "Nothing was deleted, for "
                  + refusals.size()
                  + " of "
                  + selectors.size()
                  + " may not be. "
                  + String.join(" ", refusals.stream().limit(MOST_TOLD).toList())
                  + more,
              at.field().orElse(SNAPSHOTS)));
    }
    return List.copyOf(found.values());
  }

  private static Deleted delete(Snapshots snapshots, Snapshot snapshot, Deletion deletion) {
    try {
      Deletions.Outcome outcome = Deletions.delete(snapshots, snapshot, deletion);
      return new Deleted(
          snapshot.entry().snapshot().text(),
          snapshot.volume().name(),
          outcome.name(),
          Optional.empty());
    } catch (Refused | IllegalEventException | StoreException e) {
      return failed(snapshot, Failures.problem(e));
    }
  }

  private static Deleted failed(Snapshot snapshot, Problem problem) {
    return new Deleted(
        snapshot.entry().snapshot().text(),
        snapshot.volume().name(),
        "FAILED",
        Optional.of(problem));
  }
}
