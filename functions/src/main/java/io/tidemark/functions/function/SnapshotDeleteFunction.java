package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.http.annotation.Body;
import io.tidemark.functions.http.BadRequest;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotSelector;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.snapshot.Snapshots.Deletion;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `POST /snapshot-delete`: deletes snapshots, none unless all may be.
@FunctionBean("snapshot-delete")
public final class SnapshotDeleteFunction
    implements Function<SnapshotDeleteRequest, SnapshotDeleteAnswer> {
  private static final int MOST = 100;

  private final OpenRepository repository;

  SnapshotDeleteFunction(OpenRepository repository) {
    this.repository = repository;
  }

  @Override
  public SnapshotDeleteAnswer apply(@Body SnapshotDeleteRequest request) {
    List<@Nullable String> named = Requests.required("snapshots", request.snapshots());
    if (named.isEmpty() || named.size() > MOST) {
      throw new BadRequest("'snapshots' names " + named.size() + ", not 1 to " + MOST);
    }
    List<SnapshotSelector> selectors =
        named.stream()
            .map(text -> Requests.selector(Requests.required("snapshots", text)))
            .toList();
    Snapshots snapshots = new Snapshots(repository.get());
    List<Snapshot> deleted =
        snapshots.delete(
            distinct(selectors.stream().map(snapshots::find).toList()),
            Boolean.TRUE.equals(request.now()) ? Deletion.NOW : Deletion.TO_TRASH);
    return new SnapshotDeleteAnswer(deleted.stream().map(ShownSnapshot::of).toList());
  }

  /// Two names may be one snapshot's.
  private static List<Snapshot> distinct(Collection<Snapshot> snapshots) {
    Map<String, Snapshot> byId = new LinkedHashMap<>();
    snapshots.forEach(snapshot -> byId.putIfAbsent(snapshot.entry().snapshot().text(), snapshot));
    return List.copyOf(byId.values());
  }
}
