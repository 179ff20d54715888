package io.tidemark.functions.console;

import io.tidemark.functions.console.view.ChangePicture;
import io.tidemark.functions.console.view.SnapshotDetail;
import io.tidemark.functions.console.view.SnapshotDetail.Event;
import io.tidemark.functions.console.view.SnapshotDetail.Mark;
import io.tidemark.functions.function.ShownDetail;
import io.tidemark.functions.function.ShownProgress;
import io.tidemark.repository.Repository;
import io.tidemark.repository.format.MalformedException;
import io.tidemark.repository.journal.EventHeader;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.Verification;
import io.tidemark.repository.journal.volume.VerificationCodec;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.journal.volume.Wishes;
import io.tidemark.repository.journal.volume.WishesCodec;
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

  /// @param named which one
  SnapshotDetail of(Visit visit, SnapshotSelector named) {
    Repository repository = functions.repository(visit);
    Snapshot snapshot = new Snapshots(repository).find(named);
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
        events(repository, snapshot),
        wishes(snapshot.entry()),
        verification(snapshot.entry()),
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

  /// Members that nobody can read are no wish.
  private static Wishes wishes(Entry entry) {
    try {
      return WishesCodec.decode(entry.more());
    } catch (MalformedException e) {
      return Wishes.NONE;
    }
  }

  private static Optional<Verification> verification(Entry entry) {
    try {
      return VerificationCodec.decode(entry.more());
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  /// What the journal says of it, each with who did it and when.
  private static List<Event> events(Repository repository, Snapshot snapshot) {
    Journal<VolumeEvent, VolumeState> journal = repository.journal(snapshot.volume().id());
    return told(snapshot).parallelStream().map(event -> signed(journal, event)).toList();
  }

  /// One that cannot be read keeps what the state says of it.
  private static Event signed(Journal<VolumeEvent, VolumeState> journal, Event event) {
    try {
      EventHeader header = journal.header(event.number());
      return event.by(header.actor(), header.at());
    } catch (StoreException.Missing | StoreException.Corrupt | StoreException.FormatTooNew e) {
      return event;
    }
  }

  private static List<Event> told(Snapshot snapshot) {
    Entry entry = snapshot.entry();
    List<Event> events = new ArrayList<>();
    Optional<Phase.Content> content = entry.content();
    boolean begunAtOnce =
        (entry.phase() instanceof Phase.Creating creating && creating.session() == entry.born())
            || content.filter(known -> known.session() == entry.born()).isPresent();
    events.add(
        Event.of(
            entry.born(),
            begunAtOnce ? "begun" : "requested",
            entry.schedule().map(schedule -> schedule.policy().text()).orElse("")));
    content.ifPresent(
        known -> {
          if (!begunAtOnce) {
            events.add(Event.of(known.session(), "begun", ""));
          }
          events.add(Event.of(known.commit(), "committed", ""));
        });
    switch (entry.phase()) {
      case Phase.Trashed _ -> events.add(Event.of(entry.since(), "trashed", ""));
      case Phase.Failed(String reason) -> events.add(Event.of(entry.since(), "failed", reason));
      case Phase.Creating creating -> {
        if (creating.session() != entry.born()) {
          events.add(Event.of(creating.session(), "begun", creating.host()));
        }
      }
      case Phase.Ready _ -> {
        if (content.filter(known -> known.commit() != entry.since()).isPresent()) {
          events.add(Event.of(entry.since(), "restored", ""));
        }
      }
      case Phase.Requested _ -> {}
    }
    for (Hold hold : snapshot.holds()) {
      events.add(Event.of(hold.number(), "held." + hold.kind().text(), hold.reason()));
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
