package io.tidemark.repository.restore;

import io.tidemark.repository.Refused;
import io.tidemark.repository.Refused.Reason;
import io.tidemark.repository.Repository;
import io.tidemark.repository.chunk.ChunkSize;
import io.tidemark.repository.format.More;
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
import io.tidemark.repository.journal.volume.Hold;
import io.tidemark.repository.journal.volume.Phase;
import io.tidemark.repository.journal.volume.VolumeEvent;
import io.tidemark.repository.journal.volume.VolumeState;
import io.tidemark.repository.key.VolumeId;
import io.tidemark.repository.request.RequestKey;
import io.tidemark.repository.request.RequestMemory;
import io.tidemark.repository.request.Requests;
import io.tidemark.repository.restore.RequestedRestore.Standing;
import io.tidemark.repository.snapshot.Snapshot;
import io.tidemark.repository.snapshot.SnapshotSelector;
import io.tidemark.repository.volume.Volumes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Asks a host for a restore: holds the snapshot, and the new volume first where there is one, then
/// leaves a marker.
public final class RestoreRequests {
  private static final String POOL = "pool:";

  private final Repository repository;
  private final Requests requests;

  public RestoreRequests(Repository repository) {
    this.repository = repository;
    this.requests = new Requests(repository);
  }

  /// Requests a restore of a snapshot that was named by its id.
  ///
  /// @see #request(RepositoryState, Snapshot, SnapshotSelector, RestoreTarget, Duration, Optional)
  public RequestedRestore request(
      RepositoryState state,
      Snapshot snapshot,
      RestoreTarget target,
      Duration howLate,
      Optional<RequestKey> key) {
    SnapshotSelector named = new SnapshotSelector.ByPrefix(snapshot.entry().snapshot().text());
    return request(state, snapshot, named, target, howLate, key);
  }

  /// Requests a restore; with a key, once however often it is repeated, also when what it was named
  /// by means a newer snapshot by then.
  ///
  /// @param state of the repository, as it was read to find the snapshot
  /// @param named how the snapshot was named, which tells a repetition from another request
  /// @param howLate it may begin after now
  /// @throws Refused when the snapshot is not READY, no agent serves the host, the name is taken,
  ///   the volume is being restored already, or the key means another request
  public RequestedRestore request(
      RepositoryState state,
      Snapshot snapshot,
      SnapshotSelector named,
      RestoreTarget target,
      Duration howLate,
      Optional<RequestKey> key) {
    return switch (target) {
      case RestoreTarget.InPlace() -> inPlace(state, snapshot, named, howLate, key);
      case RestoreTarget.NewVolume wanted ->
          newVolume(state, snapshot, named, wanted, howLate, key);
    };
  }

  /// One request as it came, and what it is decided on first.
  ///
  /// @param host that carries it out
  private record Asking(
      Snapshot snapshot,
      Host host,
      Journal<VolumeEvent, VolumeState> journal,
      Reading<VolumeEvent, VolumeState> first,
      Duration howLate,
      Optional<RequestKey> key) {
    void requireReady() {
      RestoreRequests.requireReady(snapshot, first.state());
    }

    Hold.Restore into(VolumeId target) {
      return new Hold.Restore(
          host.name(),
          target.text(),
          Optional.of(first.storeTime().plus(howLate)),
          key.map(RequestKey::digest));
    }
  }

  private Asking asking(Snapshot snapshot, Host host, Duration howLate, Optional<RequestKey> key) {
    Journal<VolumeEvent, VolumeState> journal = repository.journal(snapshot.volume().id());
    return new Asking(snapshot, host, journal, journal.read(), howLate, key);
  }

  /// What is remembered under a key.
  private record Asked(RequestKey key, RequestMemory memory) {}

  /// Looks a request up by its key; one that is not known is remembered, unless `check` refuses it.
  ///
  /// @param target drawn for it
  private Optional<Asked> settle(
      Asking asking, String digest, Optional<VolumeId> target, Runnable check) {
    return asking
        .key()
        .map(
            key ->
                new Asked(
                    key,
                    requests.settle(
                        key,
                        digest,
                        () -> {
                          check.run();
                          return new RequestMemory(
                              digest,
                              Optional.of(asking.snapshot().volume().id()),
                              asking.first().number(),
                              Optional.empty(),
                              target,
                              Optional.empty());
                        })));
  }

  private RequestedRestore inPlace(
      RepositoryState state,
      Snapshot snapshot,
      SnapshotSelector named,
      Duration howLate,
      Optional<RequestKey> key) {
    NamedVolume volume = snapshot.volume();
    Asking asking = asking(snapshot, Hosts.serving(state, volume), howLate, key);
    String digest =
        RequestMemory.digest("rollback", volume.id().text(), named.text(), howLate.toString());
    return hold(asking, volume, settle(asking, digest, Optional.empty(), asking::requireReady));
  }

  private RequestedRestore newVolume(
      RepositoryState state,
      Snapshot snapshot,
      SnapshotSelector named,
      RestoreTarget.NewVolume wanted,
      Duration howLate,
      Optional<RequestKey> key) {
    Host host = Hosts.find(state, wanted.host());
    if (!host.pools().contains(wanted.pool())) {
      throw new Refused(
          Reason.UNKNOWN_POOL,
          "The host '"
              + host.name()
              + "' offers no pool '"
              + wanted.pool()
              + "'. It offers: "
              + (host.pools().isEmpty() ? "none" : String.join(", ", host.pools()))
              + ". Name one of its pools, or add it to the configuration of its agent.");
    }
    Asking asking = asking(snapshot, host, howLate, key);
    VolumeId drawn = VolumeId.random(repository.writer().random());
    String digest =
        RequestMemory.digest(
            "restore",
            snapshot.volume().id().text(),
            named.text(),
            wanted.name().text(),
            host.id().text(),
            wanted.pool(),
            howLate.toString());
    Optional<Asked> asked =
        settle(
            asking,
            digest,
            Optional.of(drawn),
            () -> {
              asking.requireReady();
              Volumes.requireFree(wanted.name(), state);
            });
    NewTarget target =
        new NewTarget(
            repository,
            asked.flatMap(known -> known.memory().target()).orElse(drawn),
            wanted,
            host);
    Optional<RequestedRestore> known =
        asked.flatMap(
            remembered ->
                known(
                    asking.journal(),
                    asking.first(),
                    state.find(target.id()).orElseGet(target::unnamed),
                    remembered));
    if (known.isPresent()) {
      mark(host, known.get());
      return known.get();
    }
    asking.requireReady();
    ChunkSize chunkSize = asking.first().state().volume().orElseThrow().chunkSize();
    long targetHold = target.hold(chunkSize, held(asking, target.id()));
    try {
      return hold(asking, target.name(), asked);
    } catch (Refused e) {
      target.withdraw(targetHold);
      throw e;
    }
  }

  /// What a volume's source says until its host has made it.
  public static String source(String pool) {
    return POOL + pool;
  }

  /// Removes a new volume that nothing was restored to: its host has not made it, and no hold says
  /// that it still will. Does nothing to any other.
  ///
  /// @param target as it was read some time ago
  public void withdraw(NamedVolume target) {
    if (!target.source().startsWith(POOL)) {
      return;
    }
    Optional<NamedVolume> volume =
        repository
            .journal()
            .read()
            .state()
            .find(target.id())
            .filter(found -> found.life() == RepositoryState.Life.OPEN)
            .filter(found -> found.source().startsWith(POOL));
    if (volume.isPresent()) {
      try {
        new Volumes(repository).remove(volume.get());
      } catch (Refused _) {
        // Somebody still means to restore to it.
      }
    }
  }

  private RequestedRestore hold(Asking asking, NamedVolume target, Optional<Asked> asked) {
    Appended<VolumeState, RequestedRestore> held =
        asking
            .journal()
            .append(
                asking.first(),
                reading -> {
                  Optional<RequestedRestore> known =
                      asked.flatMap(
                          remembered -> known(asking.journal(), reading, target, remembered));
                  if (known.isPresent()) {
                    return Decision.leave(known.get());
                  }
                  requireReady(asking.snapshot(), reading.state());
                  requireUnrestored(target, reading.state());
                  return Decision.append(held(asking, target.id()));
                });
    RequestedRestore restoring =
        switch (held) {
          case Appended.Event<VolumeState, RequestedRestore> event ->
              new RequestedRestore(
                  asking.snapshot().volume().id(),
                  event.number(),
                  asking.snapshot().entry().snapshot(),
                  target,
                  new Standing.Waiting());
          case Appended.Left<VolumeState, RequestedRestore>(RequestedRestore known) -> known;
        };
    mark(asking.host(), restoring);
    return restoring;
  }

  private void mark(Host host, RequestedRestore restore) {
    if (restore.standing() instanceof Standing.Waiting) {
      new Inbox(repository, host.id())
          .put(new Marker.ForRestore(restore.journal(), restore.hold()));
      repository.ring(host);
    }
  }

  private VolumeEvent.Held held(Asking asking, VolumeId target) {
    Hold.Restore restore = asking.into(target);
    return new VolumeEvent.Held(
        asking.snapshot().entry().snapshot(),
        asking.snapshot().entry().content().orElseThrow().root(),
        Hold.Kind.RESTORE,
        repository.writer().actor(),
        "restore to " + restore.target() + " on " + restore.host(),
        Optional.of(restore),
        More.NONE);
  }

  /// What the journal says of the request; empty when no event after its memory carries it out.
  private static Optional<RequestedRestore> known(
      Journal<VolumeEvent, VolumeState> journal,
      Reading<VolumeEvent, VolumeState> reading,
      NamedVolume target,
      Asked asked) {
    RequestMemory memory = asked.memory();
    List<Journal.Numbered<VolumeEvent>> events =
        journal.events(memory.number() + 1, reading.number());
    for (Journal.Numbered<VolumeEvent> event : events) {
      if (event.event() instanceof VolumeEvent.Held held && carriesOut(held, target, asked)) {
        return Optional.of(
            new RequestedRestore(
                memory.volume().orElseThrow(),
                event.number(),
                held.snapshot(),
                target,
                reading.state().holds().containsKey(event.number())
                    ? new Standing.Waiting()
                    : new Standing.Ended(outcome(events, event.number()))));
      }
    }
    return Optional.empty();
  }

  /// Of a new volume the id, drawn for this request alone, tells; in place the digest does.
  private static boolean carriesOut(VolumeEvent.Held held, NamedVolume target, Asked asked) {
    return held.restore()
        .filter(restore -> restore.isInto(target.id()))
        .filter(
            restore ->
                asked.memory().target().isPresent()
                    || restore.request().equals(Optional.of(asked.key().digest())))
        .isPresent();
  }

  private static Optional<String> outcome(List<Journal.Numbered<VolumeEvent>> events, long hold) {
    return events.stream()
        .map(Journal.Numbered::event)
        .filter(VolumeEvent.Released.class::isInstance)
        .map(VolumeEvent.Released.class::cast)
        .filter(released -> released.hold() == hold)
        .map(VolumeEvent.Released::outcome)
        .findFirst();
  }

  private static void requireReady(Snapshot snapshot, VolumeState state) {
    Optional<Entry> entry = state.find(snapshot.entry().snapshot());
    if (entry.isEmpty() || !(entry.get().phase() instanceof Phase.Ready)) {
      throw new Refused(
          Reason.WRONG_STATE,
          snapshot.entry().snapshot()
              + " of "
              + snapshot.volume().name()
              + " is "
              + entry.map(found -> found.phase().word()).orElse("gone")
              + ", and only a READY snapshot is restored.");
    }
  }

  private static void requireUnrestored(NamedVolume target, VolumeState state) {
    for (Hold hold : state.holds().values()) {
      if (hold.restore().filter(other -> other.isInto(target.id())).isPresent()) {
        throw new Refused(
            Reason.IN_USE,
            "The volume '"
                + target.name()
                + "' is being restored by "
                + hold.owner()
                + " from "
                + hold.snapshot()
                + ". Wait until that has ended.");
      }
    }
  }
}
