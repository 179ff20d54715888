package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.http.annotation.Body;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.SnapshotSelector;
import io.tidemark.repository.snapshot.Snapshots;
import java.util.function.Function;

/// `POST /snapshot-show`: one snapshot.
@FunctionBean("snapshot-show")
public final class SnapshotShowFunction implements Function<SnapshotShowRequest, ShownSnapshot> {
  private final OpenRepository repository;

  SnapshotShowFunction(OpenRepository repository) {
    this.repository = repository;
  }

  @Override
  public ShownSnapshot apply(@Body SnapshotShowRequest request) {
    SnapshotSelector selector =
        Requests.selector(Requests.required("snapshot", request.snapshot()));
    return ShownSnapshot.of(new Snapshots(repository.get()).find(selector));
  }
}
