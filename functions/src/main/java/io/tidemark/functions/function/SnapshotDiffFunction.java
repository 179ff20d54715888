package io.tidemark.functions.function;

import io.micronaut.function.FunctionBean;
import io.micronaut.serde.annotation.Serdeable;
import io.tidemark.functions.http.Answer;
import io.tidemark.functions.http.Call;
import io.tidemark.functions.http.ProblemException;
import io.tidemark.repository.Repository;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotDifference;
import io.tidemark.repository.snapshot.SnapshotSelector;
import io.tidemark.repository.snapshot.Snapshots;
import java.util.List;
import java.util.Optional;

/// Which parts of a volume differ between two snapshots, a page at a time.
@FunctionBean("snapshot-diff")
public final class SnapshotDiffFunction implements ApiFunction {
  private static final String OLDER = "older";
  private static final String LIST = "diff";

  private final OpenRepository opened;

  SnapshotDiffFunction(OpenRepository opened) {
    this.opened = opened;
  }

  @Serdeable
  public record Extent(long offset, long length) {}

  /// @param extents in ascending order, in bytes; neighbours may touch at the edge of a page
  /// @param next the cursor of the next page; empty on the last one
  @Serdeable
  public record DiffPage(String older, String newer, List<Extent> extents, Optional<String> next) {
    public DiffPage {
      extents = List.copyOf(extents);
    }
  }

  @Override
  public Answer apply(Call call) {
    SnapshotSelector selector =
        call.query()
            .value(OLDER, SnapshotSelector::parse)
            .orElseThrow(
                () -> ProblemException.field(OLDER, "'older' is missing: the snapshot to compare"));
    int limit = Page.limit(call.query());
    long from = call.query().value("cursor", SnapshotDiffFunction::offset).orElse(0L);
    Repository repository = opened.of(call);
    Snapshots snapshots = new Snapshots(repository);
    Snapshot newer = snapshots.find(PathParameters.snapshot(call));
    Snapshot older = snapshots.find(selector);
    SnapshotDifference.Part part = difference(repository, older, newer).part(from, limit);
    return Answer.ok(
        new DiffPage(
            older.entry().snapshot().text(),
            newer.entry().snapshot().text(),
            part.extents().stream()
                .map(extent -> new Extent(extent.offsetBytes(), extent.lengthBytes()))
                .toList(),
            part.nextOffsetBytes().isPresent()
                ? Optional.of(
                    new PageCursor(LIST, Long.toString(part.nextOffsetBytes().getAsLong())).text())
                : Optional.empty()));
  }

  private static SnapshotDifference difference(
      Repository repository, Snapshot older, Snapshot newer) {
    try {
      return SnapshotDifference.between(repository, older, newer);
    } catch (IllegalArgumentException e) {
      throw ProblemException.field(OLDER, String.valueOf(e.getMessage()));
    }
  }

  private static long offset(String cursor) {
    String offset = PageCursor.parse(LIST, cursor).last();
    if (!offset.matches("[0-9]{1,18}")) {
      throw new IllegalArgumentException("'cursor' is none that an answer gave as 'next'");
    }
    return Long.parseLong(offset);
  }
}
