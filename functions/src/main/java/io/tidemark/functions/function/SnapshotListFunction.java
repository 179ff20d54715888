package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.http.annotation.Body;
import io.tidemark.functions.http.BadRequest;
import io.tidemark.functions.snapshot.PageCursor;
import io.tidemark.functions.snapshot.SnapshotPage;
import io.tidemark.repository.snapshot.SnapshotFilter;
import io.tidemark.repository.snapshot.SnapshotList;
import io.tidemark.repository.snapshot.Snapshots;
import java.util.Optional;
import java.util.function.Function;

/// `POST /snapshot-list`: snapshots, newest first, a page at a time.
@FunctionBean("snapshot-list")
public final class SnapshotListFunction implements Function<SnapshotListRequest, SnapshotPage> {
  private static final int LIMIT = 100;
  private static final int HIGHEST_LIMIT = 1_000;

  private final OpenRepository repository;

  SnapshotListFunction(OpenRepository repository) {
    this.repository = repository;
  }

  @Override
  public SnapshotPage apply(@Body SnapshotListRequest request) {
    int limit = request.limit() == null ? LIMIT : request.limit();
    if (limit < 1 || limit > HIGHEST_LIMIT) {
      throw new BadRequest("'limit' is " + limit + ", which is not 1 to " + HIGHEST_LIMIT);
    }
    Optional<PageCursor> cursor =
        Optional.ofNullable(request.cursor()).map(text -> Requests.parsed(text, PageCursor::parse));
    SnapshotList found =
        new Snapshots(repository.get())
            .list(
                Optional.ofNullable(request.volume()),
                Boolean.TRUE.equals(request.trash()) ? SnapshotFilter.TRASH : SnapshotFilter.LIVE);
    return SnapshotPage.of(found, limit, cursor);
  }
}
