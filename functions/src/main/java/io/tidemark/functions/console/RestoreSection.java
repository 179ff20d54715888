package io.tidemark.functions.console;

import io.tidemark.functions.function.ShownRestore;
import io.tidemark.functions.http.RawAnswer;
import java.util.Map;

/// A roll back or a new disk on its way.
final class RestoreSection implements Section {
  private final Functions functions;
  private final Replies replies;

  RestoreSection(Functions functions, Replies replies) {
    this.functions = functions;
    this.replies = replies;
  }

  @Override
  public RawAnswer answer(Visit visit) {
    if (visit.path().size() < 3) {
      throw Visit.notFound();
    }
    ShownRestore restore =
        functions.get(
            visit,
            ShownRestore.class,
            "/v1/volumes/"
                + Functions.encoded(visit.segment(1))
                + "/restores/"
                + Functions.encoded(visit.segment(2)));
    if (visit.isForPart()) {
      RawAnswer part = replies.page(visit, "restore-progress", Map.of("restore", restore));
      return restore.state().equals("ENDED") ? Replies.with(part, "HX-Refresh", "true") : part;
    }
    return replies.page(
        visit, "restore", Map.of("restore", restore, "address", visit.request().path()));
  }
}
