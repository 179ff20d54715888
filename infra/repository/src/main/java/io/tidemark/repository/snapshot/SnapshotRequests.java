package io.tidemark.repository.snapshot;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import io.tidemark.repository.Repository;
import io.tidemark.repository.host.Hosts;
import io.tidemark.repository.host.Inbox;
import io.tidemark.repository.host.Marker;
import io.tidemark.repository.journal.Appended;
import io.tidemark.repository.journal.Decision;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.journal.Reading;
import io.tidemark.repository.journal.repository.Host;
import io.tidemark.repository.journal.repository.RepositoryState;
import io.tidemark.repository.journal.repository.RepositoryState.NamedVolume;
import io.tidemark.repository.journal.volume.Entry;
import io.tidemark.repository.journal.volume.Origin;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.journal.volume.WishesCodec;
import io.tidemark.repository.key.SnapshotId;
import io.tidemark.repository.quota.QuotaCheck;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.request.RequestMemory;
import io.tidemark.repository.request.Requests;
import io.tidemark.repository.session.SnapshotIds;
import java.util.List;
import java.util.Optional;

/// Asks the host of a volume for a snapshot: reserves its id, appends `requested`, leaves a marker.
/// The host's agent does the rest, whenever it comes by.
public final class SnapshotRequests {
  private final Repository repository;
  private final Requests requests;
  private final SnapshotIds ids;

  public SnapshotRequests(Repository repository) {
    this.repository = repository;
    this.requests = new Requests(repository);
    this.ids = new SnapshotIds(repository);
  }

  /// Requests a snapshot; with a key, once however often it is repeated.
  ///
  /// @param state of the repository, as it was read to find the volume
  /// @throws Refused when no agent serves the volume's host, the volume is gone, a limit is
  ///   reached, the expiry is past, the agent has not the steps, or the key means another request
  public RequestedSnapshot request(
      RepositoryState state, SnapshotRequest wanted, Optional<RequestKey> key) {
    Host host = Hosts.serving(state, wanted.volume());
    Journal<VolumeEvent, VolumeState> journal = repository.journal(wanted.volume().id());
    Reading<VolumeEvent, VolumeState> first = journal.read();
    refuseClosed(wanted.volume(), first.state());
    QuotaCheck quotas = new QuotaCheck(repository);
    if (key.isEmpty()) {
      requireNew(wanted, host, first, quotas);
      return request(journal, first, wanted, host, reserve(wanted, first), quotas);
    }
    RequestMemory memory =
        requests.settle(
            key.get(),
            wanted.digest(),
            () -> {
              requireNew(wanted, host, first, quotas);
              Reserved reserved = reserve(wanted, first);
              return new RequestMemory(
                  wanted.digest(),
                  Optional.of(wanted.volume().id()),
                  reserved.number(),
                  Optional.of(reserved.id()),
                  Optional.empty(),
                  Optional.empty());
            });
    Reserved reserved = new Reserved(memory.snapshot().orElseThrow(), memory.number());
    return request(journal, first, wanted, host, reserved, quotas);
  }

  /// Whether it may be requested, were it not requested yet. Before anything of it is written.
  private static void requireNew(
      SnapshotRequest wanted,
      Host host,
      Reading<VolumeEvent, VolumeState> reading,
      QuotaCheck quotas) {
    refuseSteps(wanted, host);
    Expiry.requireAhead(wanted.label().expires(), reading.storeTime());
    quotas.requireRoomForNew(reading.state());
  }

  /// A step that nobody takes would make the snapshot less than it seems.
  private static void refuseSteps(SnapshotRequest wanted, Host host) {
    List<String> unknown =
        wanted.wishes().quiesce().stream().filter(step -> !host.steps().contains(step)).toList();
    if (!unknown.isEmpty()) {
      throw new Refused(
          Reason.UNKNOWN_STEP,
          "The agent of the host '"
              + host.name()
              + "' has "
              + (host.steps().isEmpty()
                  ? "no steps to quiesce a volume"
                  : "the steps " + String.join(", ", host.steps()))
              + ", and "
              + String.join(", ", unknown)
              + " would not be done. Nothing was requested. Name steps that its configuration has"
              + " under 'steps', or leave 'quiesce' out: then those of the volume are taken.");
    }
  }

  /// An id, and the newest event of its volume when it was reserved.
  private record Reserved(SnapshotId id, long number) {}

  private Reserved reserve(SnapshotRequest wanted, Reading<VolumeEvent, VolumeState> reading) {
    return new Reserved(ids.reserve(wanted.volume().id(), reading.number()), reading.number());
  }

  /// What the journal says of an id that it has heard of.
  private record Known(Optional<Entry> entry, Optional<String> end, VolumeState state) {}

  private RequestedSnapshot request(
      Journal<VolumeEvent, VolumeState> journal,
      Reading<VolumeEvent, VolumeState> first,
      SnapshotRequest wanted,
      Host host,
      Reserved reserved,
      QuotaCheck quotas) {
    SnapshotId id = reserved.id();
    Appended<VolumeState, Known> appended =
        journal.append(
            first,
            reading -> {
              Optional<Known> known = known(journal, reading, reserved);
              if (known.isPresent()) {
                return Decision.leave(known.get());
              }
              refuseClosed(wanted.volume(), reading.state());
              quotas.requireRoomForNew(reading.state());
              return Decision.append(
                  new VolumeEvent.Requested(
                      id,
                      wanted.label(),
                      wanted.schedule().isPresent() ? Origin.POLICY : Origin.MANUAL,
                      wanted.schedule(),
                      host.name(),
                      Optional.of(wanted.latestInstant(reading.storeTime())),
                      WishesCodec.encode(wanted.wishes())));
            });
    return switch (appended) {
      case Appended.Event<VolumeState, Known> event -> {
        Entry entry = event.state().find(id).orElseThrow();
        mark(host, wanted, id);
        yield new RequestedSnapshot.Made(new Snapshot(wanted.volume(), entry, List.of()));
      }
      case Appended.Left<VolumeState, Known>(Known known) -> repeated(wanted, host, id, known);
    };
  }

  private RequestedSnapshot repeated(
      SnapshotRequest wanted, Host host, SnapshotId id, Known known) {
    if (known.entry().isEmpty()) {
      return new RequestedSnapshot.Gone(id, known.end());
    }
    Entry entry = known.entry().get();
    if (entry.phase() instanceof Phase.Requested) {
      // Whoever requested it may have died before this.
      mark(host, wanted, id);
    }
    return new RequestedSnapshot.Repeated(Snapshot.of(wanted.volume(), known.state(), entry));
  }

  private void mark(Host host, SnapshotRequest wanted, SnapshotId id) {
    new Inbox(repository, host.id()).put(new Marker.ForSnapshot(wanted.volume().id(), id));
    repository.ring(host);
  }

  /// What the events after the reservation say of the id; empty when none of them names it.
  private static Optional<Known> known(
      Journal<VolumeEvent, VolumeState> journal,
      Reading<VolumeEvent, VolumeState> reading,
      Reserved reserved) {
    Optional<Entry> entry = reading.state().find(reserved.id());
    if (entry.isPresent()) {
      return Optional.of(new Known(entry, Optional.empty(), reading.state()));
    }
    Optional<Known> ended = Optional.empty();
    for (Journal.Numbered<VolumeEvent> event :
        journal.events(reserved.number() + 1, reading.number())) {
      Optional<String> end =
          switch (event.event()) {
            case VolumeEvent.Requested requested when requested.snapshot().equals(reserved.id()) ->
                Optional.of("");
            case VolumeEvent.Removed removed when removed.snapshot().equals(reserved.id()) ->
                Optional.of(removed.reason());
            case VolumeEvent.Failed failed when failed.snapshot().equals(reserved.id()) ->
                Optional.of(failed.reason());
            case VolumeEvent _ -> Optional.empty();
          };
      if (end.isPresent()) {
        ended =
            Optional.of(
                new Known(Optional.empty(), end.filter(text -> !text.isEmpty()), reading.state()));
      }
    }
    return ended;
  }

  private static void refuseClosed(NamedVolume volume, VolumeState state) {
    if (state.volume().isEmpty() || state.life() == VolumeState.Life.CLOSED) {
      throw new Refused(
          Reason.UNKNOWN_VOLUME,
          "The volume '" + volume.name() + "' was removed. See: tidemark volume list");
    }
  }
}
