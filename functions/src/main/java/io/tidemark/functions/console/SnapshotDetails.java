package io.tidemark.functions.console;

import io.tidemark.functions.console.view.ChangePicture;
import io.tidemark.functions.console.view.SnapshotDetail;
import io.tidemark.functions.console.view.SnapshotDetail.Event;
import io.tidemark.functions.console.view.SnapshotDetail.Mark;
import io.tidemark.functions.function.ShownDetail;
import io.tidemark.functions.function.ShownProgress;
import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.map.StoreNodeSource;
import io.tidemark.repository.snapshot.ShownSnapshot;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotDifference;
import io.tidemark.repository.snapshot.SnapshotSelector;
import io.tidemark.repository.snapshot.Snapshots;
import io.tidemark.repository.store.StoreException;
import io.tidemark.repository.usage.Usages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Gathers what is known of one snapshot.
final class SnapshotDetails {
  /// More parts of a disk are not told apart in a picture.
  private static final int MOST_PARTS = 4_000;

  private static final int TIMELINE_WIDTH = 1_000;

  private final Functions functions;

  SnapshotDetails(Functions functions) {
    this.functions = functions;
  }

  /// @param named as the API names one
  SnapshotDetail of(Visit visit, String named) {
    Repository repository = functions.repository(visit);
    Snapshot snapshot = new Snapshots(repository).find(SnapshotSelector.parse(named));
    VolumeState state = repository.journal(snapshot.volume().id()).read().state();
    List<Entry> held =
        state.entries().values().stream()
            .filter(entry -> entry.phase() instanceof Phase.Ready)
            .sorted(Comparator.comparing(SnapshotDetails::instant))
            .toList();
    SnapshotId id = snapshot.entry().snapshot();
    int here = held.stream().map(Entry::snapshot).toList().indexOf(id);
    return new SnapshotDetail(
        ShownSnapshot.of(snapshot),
        timeline(held, id),
        here > 0 ? Optional.of(held.get(here - 1).snapshot().text()) : Optional.empty(),
        here >= 0 && here < held.size() - 1
            ? Optional.of(held.get(here + 1).snapshot().text())
            : Optional.empty(),
        picture(repository, snapshot, state),
        frees(repository, snapshot),
        events(snapshot),
        progress(visit, snapshot));
  }

  private static Instant instant(Entry entry) {
    return entry.content().orElseThrow().facts().instantAt();
  }

  private static List<Mark> timeline(List<Entry> held, SnapshotId id) {
    if (held.isEmpty()) {
      return List.of();
    }
    Instant first = instant(held.getFirst());
    double span = Math.max(1, Duration.between(first, instant(held.getLast())).toMillis());
    return held.stream()
        .map(
            entry ->
                new Mark(
                    Math.round(
                        Duration.between(first, instant(entry)).toMillis() / span * TIMELINE_WIDTH),
                    entry.snapshot().equals(id) ? Mark.Kind.THIS : Mark.Kind.OTHER))
        .toList();
  }

  private static Optional<ChangePicture> picture(
      Repository repository, Snapshot snapshot, VolumeState state) {
    Optional<Entry> parent =
        snapshot
            .entry()
            .content()
            .flatMap(Phase.Content::parent)
            .flatMap(state::find)
            .filter(entry -> entry.content().isPresent());
    if (parent.isEmpty()) {
      return Optional.empty();
    }
    long sizeBytes = snapshot.entry().content().orElseThrow().root().sizeBytes();
    try {
      SnapshotDifference.Part part =
          SnapshotDifference.between(
                  repository, new Snapshot(snapshot.volume(), parent.get(), List.of()), snapshot)
              .part(0, MOST_PARTS);
      return Optional.of(
          ChangePicture.of(
              part.extents().stream()
                  .map(extent -> new ChangePicture.Part(extent.offsetBytes(), extent.lengthBytes()))
                  .toList(),
              sizeBytes,
              part.nextOffsetBytes().orElse(sizeBytes)));
    } catch (StoreException.Missing | StoreException.Corrupt e) {
      // Damage is for `verify` to tell; all else of the page is right.
      return Optional.empty();
    }
  }

  static Optional<Long> frees(Repository repository, Snapshot snapshot) {
    if (snapshot.entry().content().isEmpty()) {
      return Optional.empty();
    }
    try (StoreNodeSource nodes = new StoreNodeSource(repository.store())) {
      return Optional.ofNullable(
              new Usages(repository)
                  .freedBytes(snapshot.volume().id(), nodes)
                  .get(snapshot.entry().snapshot()))
          .flatMap(bytes -> bytes);
    }
  }

  private static List<Event> events(Snapshot snapshot) {
    Entry entry = snapshot.entry();
    List<Event> events = new ArrayList<>();
    Optional<Phase.Content> content = entry.content();
    events.add(
        new Event(
            entry.born(),
            content.filter(known -> known.session() == entry.born()).isPresent()
                ? "begun"
                : "requested",
            Optional.of(entry.requestedAt()),
            entry.schedule().map(schedule -> schedule.policy().text()).orElse("")));
    content.ifPresent(
        known -> {
          if (known.session() != entry.born()) {
            events.add(new Event(known.session(), "begun", Optional.empty(), ""));
          }
          events.add(new Event(known.commit(), "committed", Optional.of(known.committedAt()), ""));
        });
    switch (entry.phase()) {
      case Phase.Trashed _ -> events.add(new Event(entry.since(), "trashed", Optional.empty(), ""));
      case Phase.Failed(String reason) ->
          events.add(new Event(entry.since(), "failed", Optional.empty(), reason));
      case Phase.Creating creating -> {
        if (creating.session() != entry.born()) {
          events.add(new Event(creating.session(), "begun", Optional.empty(), creating.host()));
        }
      }
      case Phase.Ready _ -> {
        if (content.filter(known -> known.commit() != entry.since()).isPresent()) {
          events.add(new Event(entry.since(), "restored", Optional.empty(), ""));
        }
      }
      case Phase.Requested _ -> {}
    }
    for (Hold hold : snapshot.holds()) {
      events.add(
          new Event(
              hold.number(),
              "held." + hold.kind().text(),
              Optional.empty(),
              hold.kind() == Hold.Kind.PERSON && !hold.reason().isEmpty()
                  ? hold.owner() + ": " + hold.reason()
                  : hold.owner()));
    }
    events.sort(Comparator.comparingLong(Event::number));
    return events;
  }

  private Optional<ShownProgress> progress(Visit visit, Snapshot snapshot) {
    return snapshot.entry().phase() instanceof Phase.Creating
        ? functions
            .get(visit, ShownDetail.class, "/v1/snapshots/" + snapshot.entry().snapshot())
            .progress()
        : Optional.empty();
  }
}
