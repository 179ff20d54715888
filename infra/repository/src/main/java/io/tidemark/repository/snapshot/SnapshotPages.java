package io.tidemark.repository.snapshot;

import io.tidemark.repository.Repository;
import io.tidemark.repository.index.Cursor;
import io.tidemark.repository.index.IndexReader;
import io.tidemark.repository.index.SnapshotQuery;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.volume.Volumes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Lists snapshots page by page, the newest first: of one volume from its journal, of all from the
/// index.
public final class SnapshotPages {
  /// The most that one page holds.
  public static final int MOST = 1000;

  private final Repository repository;

  public SnapshotPages(Repository repository) {
    this.repository = repository;
  }

  /// Part of a list.
  ///
  /// @param next where to go on; empty at the end. A page may be short, even empty, and still have
  ///   one
  public record Page(List<Snapshot> snapshots, Optional<Cursor> next) {
    public Page {
      snapshots = List.copyOf(snapshots);
    }
  }

  /// At most `limit` (1 to [#MOST]) snapshots behind `after`.
  ///
  /// @param state of the repository, as it was read to find the volume
  /// @throws IllegalArgumentException for another limit
  public Page page(RepositoryState state, SnapshotQuery query, Optional<Cursor> after, int limit) {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("A page has 1 to " + MOST + " snapshots, not " + limit);
    }
    return query.volume().isPresent()
        ? ofVolume(state, query, after, limit)
        : ofAll(state, query, after, limit);
  }

  private Page ofAll(
      RepositoryState state, SnapshotQuery query, Optional<Cursor> after, int limit) {
    IndexReader.Page page = new IndexReader(repository.store()).page(query, after, limit);
    List<Snapshot> snapshots =
        page.rows().stream()
            .flatMap(
                row ->
                    state
                        .find(row.volume())
                        .filter(volume -> volume.life() == Life.OPEN)
                        .map(volume -> new Snapshot(volume, row.entry(), row.holds()))
                        .stream())
            .toList();
    return new Page(snapshots, page.next());
  }

  private Page ofVolume(
      RepositoryState state, SnapshotQuery query, Optional<Cursor> after, int limit) {
    NamedVolume volume = Volumes.find(state, query.volume().orElseThrow().text());
    VolumeState read = repository.journal(volume.id()).read().state();
    List<Entry> entries =
        read.entries().values().stream()
            .filter(query::takes)
            .filter(
                entry ->
                    after
                        .filter(cursor -> !cursor.isBefore(entry.requestedAt(), entry.snapshot()))
                        .isEmpty())
            .sorted(
                Comparator.comparing(
                    entry -> Cursor.after(entry.requestedAt(), entry.snapshot()).folder()))
            .toList();
    List<Snapshot> snapshots =
        entries.stream().limit(limit).map(entry -> Snapshot.of(volume, read, entry)).toList();
    if (entries.size() <= limit) {
      return new Page(snapshots, Optional.empty());
    }
    Entry last = snapshots.getLast().entry();
    return new Page(snapshots, Optional.of(Cursor.after(last.requestedAt(), last.snapshot())));
  }
}
