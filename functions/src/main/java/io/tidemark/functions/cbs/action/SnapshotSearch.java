package io.tidemark.functions.cbs.action;

import io.tidemark.functions.cbs.wire.Fields;
import io.tidemark.repository.Refused;
import io.tidemark.repository.Repository;
import io.tidemark.repository.index.IndexReader;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.Life;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotFilter;
import io.tidemark.repository.snapshot.Snapshots;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// Finds the snapshots that a list is asked for: by the keys of the index where they say enough,
/// else by as few journals as can be.
final class SnapshotSearch {
  private static final String SET = "SnapshotSet";
  private static final String ID = "snapshot-id";
  static final String DISK = "disk-id";
  private static final String STATE = "snapshot-state";
  private static final Set<String> BEING_MADE = Set.of("REQUESTED", "CREATING");
  private static final Set<String> LISTED = Set.of("REQUESTED", "CREATING", "READY");
  static final Set<String> FILTERS =
      Set.of(
          ID,
          "snapshot-name",
          STATE,
          "disk-usage",
          "project-id",
          DISK,
          "encrypt",
          "snapshot-type",
          "zone");
  private static final Comparator<Snapshot> OLDEST_FIRST =
      Comparator.comparing((Snapshot snapshot) -> snapshot.entry().requestedAt())
          .thenComparing(snapshot -> snapshot.entry().snapshot());

  private final Repository repository;
  private final RepositoryState state;
  private final Place place;
  private final IndexReader index;

  SnapshotSearch(Repository repository, RepositoryState state, Place place) {
    this.repository = repository;
    this.state = state;
    this.place = place;
    this.index = new IndexReader(repository.store());
  }

  /// The window that is asked for.
  Fields page(Listing listing, Function<Snapshot, Fields> show) {
    listing.requireKnown(FILTERS, "");
    Optional<Set<String>> words = words(listing);
    return words.isPresent()
        ? listing.page(
            index.keys(words.get()).reversed(), SET, page -> shown(page, this::read, show))
        : listing.page(find(listing), SET, page -> shown(page, Optional::of, show));
  }

  private static <T> List<Fields> shown(
      List<T> page, Function<T, Optional<Snapshot>> read, Function<Snapshot, Fields> show) {
    return page.parallelStream()
        .flatMap(one -> read.apply(one).stream())
        .filter(snapshot -> SnapshotFields.state(snapshot).isPresent())
        .map(show)
        .toList();
  }

  /// The states by which the keys of the index alone answer; empty where more has to be read.
  private Optional<Set<String>> words(Listing listing) {
    if (listing.ids().isPresent()) {
      return Optional.empty();
    }
    Set<String> words = LISTED;
    for (Listing.Filter filter : listing.filters()) {
      if (filter.name().equals(STATE)
          && filter.values().stream().allMatch(SnapshotFields.CREATING::equals)) {
        words = BEING_MADE;
      } else if (same(filter.name()).isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.of(
        listing.without(STATE).takes(place, (_, filter) -> same(filter)) ? words : Set.of());
  }

  private Optional<Snapshot> read(IndexReader.RowKey key) {
    return index
        .row(key)
        .flatMap(
            row ->
                state
                    .find(row.volume())
                    .filter(volume -> volume.life() == Life.OPEN)
                    .map(volume -> new Snapshot(volume, row.entry(), row.holds())));
  }

  /// The oldest first, by the journals.
  private List<Snapshot> find(Listing listing) {
    return candidates(listing)
        .filter(snapshot -> SnapshotFields.state(snapshot).isPresent())
        .filter(snapshot -> listing.takes(snapshot, this::known))
        .sorted(OLDEST_FIRST)
        .toList();
  }

  /// A snapshot that is neither in the trash nor failed; empty when there is none of that id.
  static Optional<Snapshot> find(Repository repository, String id) {
    if (!SnapshotId.isValid(id)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Snapshots(repository).find(new SnapshotId(id)))
          .filter(snapshot -> SnapshotFields.state(snapshot).isPresent());
    } catch (Refused e) {
      return Optional.empty();
    }
  }

  /// As few as the journals can be asked for.
  private Stream<Snapshot> candidates(Listing listing) {
    Optional<List<String>> ids = listing.ids().or(() -> listing.values(ID));
    if (ids.isPresent()) {
      return ids.get().stream().distinct().parallel().flatMap(id -> find(repository, id).stream());
    }
    Snapshots snapshots = new Snapshots(repository);
    Optional<List<String>> disks = listing.values(DISK);
    if (disks.isPresent()) {
      return disks.get().stream()
          .distinct()
          .flatMap(disk -> Ids.findVolume(state, disk).stream())
          .flatMap(
              volume ->
                  snapshots
                      .list(Optional.of(volume.id().text()), SnapshotFilter.LIVE)
                      .snapshots()
                      .stream());
    }
    return snapshots.list(Optional.empty(), SnapshotFilter.LIVE).snapshots().stream();
  }

  /// What a snapshot is, by the name of a filter.
  private Optional<List<String>> known(Snapshot snapshot, String filter) {
    return switch (filter) {
      case ID -> Optional.of(List.of(snapshot.entry().snapshot().text()));
      case "snapshot-name" -> Optional.of(names(snapshot));
      case STATE -> Optional.of(SnapshotFields.state(snapshot).stream().toList());
      case DISK -> Optional.of(List.of(Ids.disk(snapshot.volume().id())));
      default -> same(filter);
    };
  }

  /// In whichever language it was seen.
  private static List<String> names(Snapshot snapshot) {
    String name = snapshot.entry().label().name();
    return name.isEmpty()
        ? List.of(SnapshotFields.UNNAMED.english(), SnapshotFields.UNNAMED.chinese())
        : List.of(name);
  }

  /// What every snapshot is, by the name of a filter.
  private Optional<List<String>> same(String filter) {
    return switch (filter) {
      case "disk-usage" -> Optional.of(List.of("DATA_DISK"));
      case "project-id" -> Optional.of(List.of("0"));
      case "encrypt" -> Optional.of(List.of("FALSE"));
      case "snapshot-type" -> Optional.of(List.of("PRIVATE_SNAPSHOT"));
      case "zone" -> Optional.of(List.of(place.zone()));
      default -> Optional.empty();
    };
  }
}
