package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.Parameters;
import io.tidemark.repository.Repository;
import io.tidemark.repository.index.Cursor;
import io.tidemark.repository.index.SnapshotQuery;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.SnapshotPages;
import io.tidemark.repository.volume.Volumes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/// Snapshots, the newest first, a page at a time.
@FunctionBean("snapshot-list")
public final class SnapshotListFunction implements ApiFunction {
  private static final Set<String> STATES =
      Set.of("REQUESTED", "CREATING", "READY", "TRASHED", "FAILED");

  private final OpenRepository opened;

  SnapshotListFunction(OpenRepository opened) {
    this.opened = opened;
  }

  /// @param next the cursor of the next page; empty on the last one. A page may be short, even
  ///   empty, and still have one: looking for few among many stops now and then
  @Serdeable
  public record SnapshotPage(List<ShownSnapshot> snapshots, Optional<String> next) {
    public SnapshotPage {
      snapshots = List.copyOf(snapshots);
    }
  }

  @Override
  public Answer apply(Call call) {
    Parameters query = call.query();
    Optional<String> volume = query.value("volume", PathParameters::volume);
    Optional<String> state = query.value("state", SnapshotListFunction::state);
    SortedMap<String, String> tags = TagFilter.of(query);
    Optional<Cursor> after = query.value("cursor", Cursor::parse);
    int limit = Page.limit(query);
    Repository repository = opened.of(call);
    RepositoryState volumes = repository.journal().read().state();
    SnapshotQuery wanted =
        new SnapshotQuery(
            volume.map(name -> Volumes.find(volumes, name).id()),
            state.map(Set::of).orElse(SnapshotQuery.LIVE),
            query.text("name"),
            tags,
            query.instant("from"),
            query.instant("until"));
    SnapshotPages.Page page = new SnapshotPages(repository).page(volumes, wanted, after, limit);
    return Answer.ok(
        new SnapshotPage(
            page.snapshots().stream().map(ShownSnapshot::of).toList(),
            page.next().map(Cursor::text)));
  }

  private static String state(String text) {
    if (!STATES.contains(text)) {
      throw new IllegalArgumentException(
          "'state' is none of " + String.join(", ", STATES.stream().sorted().toList()));
    }
    return text;
  }
}
